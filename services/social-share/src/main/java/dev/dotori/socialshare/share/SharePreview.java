package dev.dotori.socialshare.share;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.socialshare.connection.ConnectionService;
import dev.dotori.socialshare.media.Pictures;
import dev.dotori.socialshare.media.Pictures.MediaException;
import dev.dotori.socialshare.network.Network;
import dev.dotori.socialshare.network.Networks;
import dev.dotori.socialshare.network.SocialNetwork;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Tells beforehand what would fail a share, by the very rules that a share meets. Writes nothing,
 * and asks the media service only: what a network would say is known when it is asked to publish.
 */
@ApplicationScoped
class SharePreview {

  /** How long media may be looked at for one preview; a call under way is let finish. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Networks networks;
  private final ConnectionService connections;
  private final Pictures pictures;

  SharePreview(Networks networks, ConnectionService connections, Pictures pictures) {
    this.networks = networks;
    this.connections = connections;
    this.pictures = pictures;
  }

  /** What would be posted. */
  record Draft(UUID authorId, String text, List<UUID> mediaIds) {}

  /**
   * What keeps a draft from one network.
   *
   * @param network empty when it is not offered
   */
  record Outlook(Network asked, Optional<SocialNetwork> network, List<Hindrance> hindrances) {}

  /**
   * @param mediaId the medium that is in the way; null when it is something else
   */
  record Hindrance(Obstacle obstacle, UUID mediaId) {}

  /**
   * The outlook for each network, in their order.
   *
   * @throws ProblemException 503 when the media can't be looked at right now
   */
  List<Outlook> of(Draft draft, List<Network> asked) {
    Instant deadline = Instant.now().plus(PATIENCE);
    return asked.stream().map(network -> of(draft, network, deadline)).toList();
  }

  private Outlook of(Draft draft, Network asked, Instant deadline) {
    Optional<SocialNetwork> network = networks.find(asked);
    List<Hindrance> hindrances =
        network
            .map(offered -> hindrances(draft, offered, deadline))
            .orElseGet(() -> List.of(new Hindrance(Obstacle.NETWORK_NOT_OFFERED, null)));
    return new Outlook(asked, network, hindrances);
  }

  private List<Hindrance> hindrances(Draft draft, SocialNetwork network, Instant deadline) {
    List<Obstacle> obstacles = new ArrayList<>();
    connections
        .find(draft.authorId(), network.network())
        .map(Obstacle::of)
        .orElse(Optional.of(Obstacle.NOT_CONNECTED))
        .ifPresent(obstacles::add);
    obstacles.addAll(Obstacle.of(network, draft.text(), draft.mediaIds()));
    List<Hindrance> hindrances = new ArrayList<>();
    obstacles.forEach(obstacle -> hindrances.add(new Hindrance(obstacle, null)));
    for (UUID mediaId : draft.mediaIds()) {
      if (Instant.now().isAfter(deadline)) {
        throw mediaAway();
      }
      look(mediaId, draft.authorId(), network)
          .ifPresent(obstacle -> hindrances.add(new Hindrance(obstacle, mediaId)));
    }
    return hindrances;
  }

  /** Fetches the picture as a share would: its bytes alone tell its type and size. */
  private Optional<Obstacle> look(UUID mediaId, UUID ownerId, SocialNetwork network) {
    try {
      pictures.fetch(mediaId, ownerId, network.limits()).close();
      return Optional.empty();
    } catch (MediaException e) {
      if (e.kind() == MediaException.Kind.SERVICE_DOWN) {
        throw mediaAway();
      }
      return Optional.of(Obstacle.of(e));
    }
  }

  private static ProblemException mediaAway() {
    return new ProblemException(
        ProblemTypes.UNAVAILABLE, "The media can't be looked at right now.", RETRY_AFTER);
  }
}
