package dev.dotori.posting.post;

import dev.dotori.api.Ids;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.api.problem.Violation;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.outbox.Outbox;
import dev.dotori.posting.author.Authors;
import dev.dotori.posting.comment.Comments;
import dev.dotori.posting.like.Likes;
import dev.dotori.posting.media.MediaDirectory;
import dev.dotori.posting.media.MediaState;
import dev.dotori.posting.media.MediaStates;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** What authors do with their posts. */
@ApplicationScoped
public class Writing {

  private static final int DELETED_AT_ONCE = 200;

  private final Posts posts;
  private final Authors authors;
  private final MediaStates media;
  private final MediaDirectory directory;
  private final Comments comments;
  private final Likes likes;
  private final Outbox outbox;

  @Inject
  Writing(
      Posts posts,
      Authors authors,
      MediaStates media,
      MediaDirectory directory,
      Comments comments,
      Likes likes,
      Outbox outbox) {
    this.posts = posts;
    this.authors = authors;
    this.media = media;
    this.directory = directory;
    this.comments = comments;
    this.likes = likes;
    this.outbox = outbox;
  }

  /** What a member wants to tell; each field as in {@link Post}. */
  public record Draft(
      UUID authorId,
      String text,
      List<UUID> mediaIds,
      UUID storeId,
      UUID purchaseId,
      Visibility visibility,
      List<Network> shareTo,
      Instant publishAt) {}

  /**
   * Writes a post, and publishes it if nothing keeps it back.
   *
   * @throws ViolationException when a media is not the author's, or will never be shown
   * @throws ProblemException 503 when a media is not known and can't be asked for
   */
  @Transactional
  public Post write(Draft draft) throws SQLException {
    // Asked before any row is locked: no one should wait for another service's answer.
    List<MediaState> asked = askForUnknown(draft.mediaIds());
    authors.requireOpen(draft.authorId());
    media.learn(asked);
    media.learn(
        draft.mediaIds().stream()
            .map(id -> new MediaState(id, null, MediaState.Status.UNKNOWN, null))
            .toList());
    Map<UUID, MediaState> states = media.find(draft.mediaIds());
    requireOwnAndShowable(draft, states);
    Instant now = Publishing.now();
    PostStatus status = status(draft, states, now);
    Post post =
        new Post(
            Ids.next(),
            draft.authorId(),
            draft.text(),
            draft.mediaIds(),
            draft.storeId(),
            draft.purchaseId(),
            draft.visibility(),
            draft.shareTo(),
            status,
            draft.publishAt(),
            now,
            status == PostStatus.PUBLISHED ? now : null,
            null,
            1,
            null);
    posts.insert(post);
    if (status == PostStatus.PUBLISHED) {
      outbox.add(post.publishedEvent(now));
    }
    return post;
  }

  /**
   * Gives a post another text; the one before is kept. Told if the post is published.
   *
   * @param unchanged whether the post at this version is the one that the author has read
   * @throws ProblemException 404 unless it is visible, 403 unless it is the author's, 412 when it
   *     is not the one that the author has read
   */
  @Transactional
  public Post edit(UUID authorId, UUID id, String text, Predicate<Post> unchanged)
      throws SQLException {
    Post post = lockOwn(authorId, id);
    if (!unchanged.test(post)) {
      throw new ProblemException(
          ProblemTypes.STALE, "The post has changed since you read it; read it again.");
    }
    if (text.isBlank() && post.mediaIds().isEmpty()) {
      throw new ViolationException("text", "is needed, since the post has no media");
    }
    if (post.text().equals(text)) {
      return post;
    }
    posts.edit(post, text, Publishing.now());
    Post edited = posts.find(id).orElseThrow();
    // Of others nobody has heard; their publication will say the text that they then have.
    if (edited.status() == PostStatus.PUBLISHED) {
      outbox.add(edited.editedEvent());
    }
    return edited;
  }

  /**
   * Removes a post for good.
   *
   * @throws ProblemException as {@link #edit}
   */
  @Transactional
  public void delete(UUID authorId, UUID id) throws SQLException {
    delete(List.of(lockOwn(authorId, id)));
  }

  /** Removes all that a member who has left wrote. */
  @Transactional
  public void close(UUID memberId, Instant at) throws SQLException {
    authors.close(memberId, at);
    likes.removeOf(memberId);
    comments.deleteOf(memberId);
    List<Post> own;
    do {
      own = posts.lockOf(memberId, DELETED_AT_ONCE);
      delete(own);
    } while (own.size() == DELETED_AT_ONCE);
  }

  private void delete(List<Post> locked) throws SQLException {
    posts.delete(locked);
    Instant now = Publishing.now();
    // Of others nobody has heard.
    outbox.addAll(
        locked.stream()
            .filter(post -> post.status() == PostStatus.PUBLISHED)
            .map(post -> post.deletedEvent(now))
            .toList());
  }

  private Post lockOwn(UUID authorId, UUID id) throws SQLException {
    Post post =
        posts
            .lock(id)
            .filter(found -> found.isVisibleTo(authorId))
            .orElseThrow(() ->
                new ProblemException(
                    ProblemTypes.NOT_FOUND, "There is no such post for the caller."));
    if (!post.authorId().equals(authorId)) {
      throw new ProblemException(ProblemTypes.FORBIDDEN, "Only its author may change a post.");
    }
    return post;
  }

  private List<MediaState> askForUnknown(List<UUID> mediaIds) throws SQLException {
    Map<UUID, MediaState> known = media.find(mediaIds);
    List<MediaState> asked = new ArrayList<>();
    for (UUID id : mediaIds) {
      MediaState state = known.get(id);
      if (state == null || state.ownerId() == null) {
        directory.ask(id).ifPresent(asked::add);
      }
    }
    return asked;
  }

  private static void requireOwnAndShowable(Draft draft, Map<UUID, MediaState> states) {
    List<Violation> violations = new ArrayList<>();
    for (int i = 0; i < draft.mediaIds().size(); i++) {
      MediaState state = states.get(draft.mediaIds().get(i));
      String field = "mediaIds[" + i + "]";
      if (state == null || !draft.authorId().equals(state.ownerId())) {
        violations.add(new Violation(field, "is not a media of yours"));
      } else if (state.status() == MediaState.Status.REJECTED) {
        violations.add(new Violation(field, "was rejected: " + state.reason()));
      }
    }
    if (!violations.isEmpty()) {
      throw new ViolationException(violations);
    }
  }

  private static PostStatus status(Draft draft, Map<UUID, MediaState> states, Instant now) {
    if (draft.publishAt() != null && draft.publishAt().isAfter(now)) {
      return PostStatus.SCHEDULED;
    }
    boolean ready =
        states.values().stream().allMatch(state -> state.status() == MediaState.Status.READY);
    return ready ? PostStatus.PUBLISHED : PostStatus.AWAITING_MEDIA;
  }
}
