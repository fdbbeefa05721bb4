package dev.dotori.posting.media;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.logging.Logger;

/** Asks the media service what it knows of a file of which no event was heard. */
@ApplicationScoped
public class MediaDirectory {

  private static final Logger LOG = Logger.getLogger(MediaDirectory.class);

  private final MediaClient media;

  @Inject
  MediaDirectory(@RestClient MediaClient media) {
    this.media = media;
  }

  /**
   * Asks.
   *
   * @return empty when there is no such file
   * @throws ProblemException 503 when the media service can't be asked
   */
  public Optional<MediaState> ask(UUID mediaId) {
    try {
      MediaClient.File file = media.get(mediaId);
      return Optional.of(
          new MediaState(mediaId, file.ownerId(), status(file.status()), file.reason()));
    } catch (WebApplicationException e) {
      if (e.getResponse().getStatus() == Response.Status.NOT_FOUND.getStatusCode()) {
        return Optional.empty();
      }
      throw unavailable(e);
    } catch (RuntimeException e) { // no connection, no answer in time, no token
      throw unavailable(e);
    }
  }

  private static MediaState.Status status(String status) {
    return switch (status) {
      case "ready" -> MediaState.Status.READY;
      case "rejected" -> MediaState.Status.REJECTED;
      default -> MediaState.Status.UNKNOWN;
    };
  }

  private static ProblemException unavailable(Exception cause) {
    LOG.warnf("the media service can't be asked: %s", cause);
    return new ProblemException(
        ProblemTypes.UNAVAILABLE,
        "The post's media can't be looked up right now.",
        Duration.ofSeconds(2));
  }
}
