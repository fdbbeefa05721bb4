package dev.dotori.events;

import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A post became visible, its media included. */
@EventType(value = "post.published.v1", source = "posting")
public record PostPublished(
    UUID postId,
    UUID authorId,
    String text,
    @Nullable UUID storeId,
    @Nullable UUID purchaseId,
    Visibility visibility,
    List<UUID> mediaIds,
    List<String> shareTo,
    Instant publishedAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return postId.toString();
  }

  /** Who may see a post. */
  public enum Visibility {
    PUBLIC,
    PRIVATE
  }
}
