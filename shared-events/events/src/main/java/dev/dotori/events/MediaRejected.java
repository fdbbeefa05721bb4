package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/** A file is not what it may be; it will never be shown. */
@EventType(value = "media.rejected.v1", source = "media")
public record MediaRejected(UUID mediaId, UUID ownerId, String reason, Instant rejectedAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return mediaId.toString();
  }
}
