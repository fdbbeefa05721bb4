package dev.dotori.posting.post;

import dev.dotori.events.PostDeleted;
import dev.dotori.events.PostEdited;
import dev.dotori.events.PostPublished;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a member tells, with up to four media.
 *
 * @param mediaIds in the author's order
 * @param storeId the store it is about, or null
 * @param purchaseId the purchase it is about, or null
 * @param publishAt not before this; null for at once
 * @param publishedAt null while it is not
 * @param editedAt null while it was never edited
 * @param version grows with each change that its readers see
 * @param rejection why it will never be published, or null
 */
public record Post(
    UUID id,
    UUID authorId,
    String text,
    List<UUID> mediaIds,
    UUID storeId,
    UUID purchaseId,
    Visibility visibility,
    List<Network> shareTo,
    PostStatus status,
    Instant publishAt,
    Instant createdAt,
    Instant publishedAt,
    Instant editedAt,
    int version,
    Rejection rejection) {

  /** The most characters (Unicode code points) of a post's text. */
  public static final int MAX_TEXT = 5_000;

  /** The most media of a post. */
  public static final int MAX_MEDIA = 4;

  /** The media for which a post can't be published, and what is wrong with it. */
  public record Rejection(UUID mediaId, String reason) {}

  /** Whether the member may see it. */
  public boolean isVisibleTo(UUID memberId) {
    return authorId.equals(memberId) || isPublic();
  }

  /** Whether anyone signed in may see it. */
  public boolean isPublic() {
    return status == PostStatus.PUBLISHED && visibility == Visibility.PUBLIC;
  }

  Post withMedia(List<UUID> media) {
    return new Post(
        id,
        authorId,
        text,
        List.copyOf(media),
        storeId,
        purchaseId,
        visibility,
        shareTo,
        status,
        publishAt,
        createdAt,
        publishedAt,
        editedAt,
        version,
        rejection);
  }

  PostPublished publishedEvent(Instant at) {
    return new PostPublished(
        id,
        authorId,
        text,
        storeId,
        purchaseId,
        visibility.event(),
        mediaIds,
        shareTo.stream().map(Network::text).toList(),
        at);
  }

  PostEdited editedEvent() {
    return new PostEdited(id, authorId, version, text, visibility.event(), editedAt);
  }

  PostDeleted deletedEvent(Instant at) {
    return new PostDeleted(id, authorId, mediaIds, at);
  }
}
