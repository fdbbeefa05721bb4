package dev.dotori.posting.post;

import dev.dotori.outbox.Causation;
import dev.dotori.outbox.Caused;
import dev.dotori.outbox.Outbox;
import dev.dotori.posting.media.MediaState;
import dev.dotori.posting.media.MediaStates;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Publishes posts once their time has come and all of their media are ready, whichever is last.
 *
 * <p>A post's row is locked while that is decided, and its status, not the occasion, says whether
 * it was published: so its event is said once, however many of its media become ready at once and
 * however often that is told.
 */
@ApplicationScoped
public class Publishing {

  private static final int DUE_AT_ONCE = 100;

  private final Posts posts;
  private final MediaStates media;
  private final Outbox outbox;

  @Inject
  Publishing(Posts posts, MediaStates media, Outbox outbox) {
    this.posts = posts;
    this.media = media;
    this.outbox = outbox;
  }

  /**
   * Takes note of what became of media, and does what follows for the posts that show them.
   *
   * @param causes by media, what a post's publication will say it was caused by
   */
  @Transactional
  public void mediaChanged(Collection<MediaState> changes, Map<UUID, Causation> causes)
      throws SQLException {
    media.learn(changes);
    // Read after the rows above are locked: a post that was being written is there by now.
    Set<UUID> mediaIds = new HashSet<>();
    changes.forEach(change -> mediaIds.add(change.mediaId()));
    decide(posts.lockUndecided(posts.showing(mediaIds)), causes);
  }

  /**
   * Publishes posts whose time has come.
   *
   * @return whether there may be more of them
   */
  @Transactional
  public boolean publishDue() throws SQLException {
    List<Post> due = posts.lockDue(now(), DUE_AT_ONCE);
    posts.awaitMedia(due);
    decide(posts.lockUndecided(due.stream().map(Post::id).toList()), Map.of());
    return due.size() == DUE_AT_ONCE;
  }

  /** Publishes or rejects those of the locked posts that can be. */
  private void decide(List<Post> undecided, Map<UUID, Causation> causes) throws SQLException {
    Set<UUID> mediaIds = new HashSet<>();
    undecided.forEach(post -> mediaIds.addAll(post.mediaIds()));
    Map<UUID, MediaState> states = media.find(mediaIds);
    List<Post> publishable = new ArrayList<>();
    for (Post post : undecided) {
      MediaState bad = firstRejected(post, states);
      if (bad != null) {
        posts.reject(List.of(post), new Post.Rejection(bad.mediaId(), bad.reason()));
      } else if (post.status() == PostStatus.AWAITING_MEDIA && allReady(post, states)) {
        publishable.add(post);
      }
    }
    Instant now = now();
    posts.publish(publishable, now);
    outbox.addAllCaused(
        publishable.stream()
            .map(post -> new Caused(post.publishedEvent(now), cause(post, causes)))
            .toList());
  }

  private static Causation cause(Post post, Map<UUID, Causation> causes) {
    return post.mediaIds().stream()
        .filter(causes::containsKey)
        .findFirst()
        .map(causes::get)
        .orElseGet(Causation::current);
  }

  private static MediaState firstRejected(Post post, Map<UUID, MediaState> states) {
    return post.mediaIds().stream()
        .map(states::get)
        .filter(state -> state != null && state.status() == MediaState.Status.REJECTED)
        .findFirst()
        .orElse(null);
  }

  private static boolean allReady(Post post, Map<UUID, MediaState> states) {
    return post.mediaIds().stream()
        .map(states::get)
        .allMatch(state -> state != null && state.status() == MediaState.Status.READY);
  }

  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
