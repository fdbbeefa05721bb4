package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/** A network accepted a post. */
@EventType(value = "share.published.v1", source = "social-share")
public record SharePublished(
    UUID shareId,
    UUID postId,
    UUID authorId,
    String network,
    UUID storeId,
    UUID purchaseId,
    String remoteId,
    String remoteUrl,
    Instant publishedAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return shareId.toString();
  }
}
