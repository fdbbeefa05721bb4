package dev.dotori.events;

import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.UUID;

/** A network accepted a post. */
@EventType(value = "share.published.v1", source = "social-share")
public record SharePublished(
    UUID shareId,
    UUID postId,
    UUID authorId,
    String network,
    @Nullable UUID storeId,
    @Nullable UUID purchaseId,
    String remoteId,
    @Nullable String remoteUrl,
    Instant publishedAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return shareId.toString();
  }
}
