package dev.dotori.posting.post;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A post as clients see it.
 *
 * @param rejection why it will never be published, or null
 * @param likes how many members like it
 * @param liked whether the caller does
 * @param comments how many there are
 */
public record PostView(
    UUID id,
    UUID authorId,
    String text,
    List<UUID> mediaIds,
    UUID storeId,
    UUID purchaseId,
    Visibility visibility,
    List<Network> shareTo,
    PostStatus status,
    Post.Rejection rejection,
    Instant publishAt,
    Instant createdAt,
    Instant publishedAt,
    Instant editedAt,
    int version,
    long likes,
    boolean liked,
    long comments) {

  static PostView of(Post post, Reactions.Counts reactions) {
    return new PostView(
        post.id(),
        post.authorId(),
        post.text(),
        post.mediaIds(),
        post.storeId(),
        post.purchaseId(),
        post.visibility(),
        post.shareTo(),
        post.status(),
        post.rejection(),
        post.publishAt(),
        post.createdAt(),
        post.publishedAt(),
        post.editedAt(),
        post.version(),
        reactions.likes(),
        reactions.liked(),
        reactions.comments());
  }
}
