package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/** A file's bytes are in the bucket and wait to be checked. */
@EventType(value = "media.uploaded.v1", source = "media")
public record MediaUploaded(UUID mediaId, UUID ownerId, Instant uploadedAt) implements DomainEvent {

  @Override
  public String subject() {
    return mediaId.toString();
  }
}
