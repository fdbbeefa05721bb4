package dev.dotori.socialshare.share;

import dev.dotori.socialshare.connection.Connection;
import dev.dotori.socialshare.media.Pictures.MediaException;
import dev.dotori.socialshare.network.SocialNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What keeps a post from a network, as far as it can be told without asking the network. An attempt
 * at a share ends at the first; a preview names them all.
 *
 * @param detail for people
 */
record Obstacle(ErrorClass errorClass, String detail) {

  static final Obstacle POST_DELETED =
      new Obstacle(ErrorClass.POST_DELETED, "The post was deleted");

  static final Obstacle NETWORK_NOT_OFFERED =
      new Obstacle(ErrorClass.NETWORK_NOT_OFFERED, "The network is not set up here");

  static final Obstacle NOT_CONNECTED =
      new Obstacle(ErrorClass.NOT_CONNECTED, "No account is connected; connect one and retry");

  /** Whether the connection is known not to work any more. */
  static Optional<Obstacle> of(Connection connection) {
    return connection.isBroken()
        ? Optional.of(new Obstacle(ErrorClass.CONNECTION_BROKEN, connection.brokenReason()))
        : Optional.empty();
  }

  /** What doesn't fit into one post there; what the media are isn't looked at. */
  static List<Obstacle> of(SocialNetwork network, String text, List<UUID> mediaIds) {
    SocialNetwork.Limits limits = network.limits();
    List<Obstacle> obstacles = new ArrayList<>();
    int length = network.textLength(text);
    if (length > limits.textLimit()) {
      obstacles.add(
          new Obstacle(
              ErrorClass.TEXT_TOO_LONG,
              "The text has %d %s; %d fit"
                  .formatted(length, limits.textUnit(), limits.textLimit())));
    }
    if (mediaIds.size() > limits.mediaLimit()) {
      obstacles.add(
          new Obstacle(ErrorClass.TOO_MANY_MEDIA, "At most " + limits.mediaLimit() + " media fit"));
    }
    return obstacles;
  }

  /** Why a medium can't be had; that the media service is down passes, the others don't. */
  static Obstacle of(MediaException e) {
    ErrorClass errorClass =
        switch (e.kind()) {
          case UNAVAILABLE -> ErrorClass.MEDIA_UNAVAILABLE;
          case UNSUPPORTED -> ErrorClass.MEDIA_UNSUPPORTED;
          case SERVICE_DOWN -> ErrorClass.UNAVAILABLE;
        };
    return new Obstacle(errorClass, e.getMessage());
  }
}
