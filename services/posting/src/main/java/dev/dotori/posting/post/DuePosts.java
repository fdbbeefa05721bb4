package dev.dotori.posting.post;

import dev.dotori.leadership.LeaderOnly;
import dev.dotori.leadership.Leadership;
import dev.dotori.posting.PostingConfig;
import dev.dotori.posting.media.MediaDirectory;
import dev.dotori.posting.media.MediaState;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Does what no request or event starts: the table says when, and one process is the one. */
@ApplicationScoped
class DuePosts {

  private static final int ASKED_AT_ONCE = 50;

  private final Publishing publishing;
  private final Posts posts;
  private final MediaDirectory media;
  private final PostingConfig config;
  private final Leadership leadership;

  @Inject
  DuePosts(
      Publishing publishing,
      Posts posts,
      MediaDirectory media,
      PostingConfig config,
      Leadership leadership) {
    this.publishing = publishing;
    this.posts = posts;
    this.media = media;
    this.config = config;
    this.leadership = leadership;
  }

  /** Publishes scheduled posts whose time has come. */
  @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  @LeaderOnly
  void publish() throws SQLException {
    while (leadership.isLeader() && publishing.publishDue()) {
      // more of the same
    }
  }

  /** Asks what became of media of which no event came, so that no post waits for ever. */
  @Scheduled(every = "1m", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  @LeaderOnly
  void askForMedia() throws SQLException {
    List<UUID> awaited =
        posts.awaitedMedia(Publishing.now().minus(config.askAfter()), ASKED_AT_ONCE);
    for (UUID id : awaited) {
      if (!leadership.isLeader()) {
        return;
      }
      MediaState state =
          media.ask(id).orElse(new MediaState(id, null, MediaState.Status.REJECTED, "deleted"));
      if (state.status() != MediaState.Status.UNKNOWN) {
        publishing.mediaChanged(List.of(state), Map.of());
      }
    }
  }
}
