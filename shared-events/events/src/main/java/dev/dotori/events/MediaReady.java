package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/** A file was checked, and its variants are made. */
@EventType(value = "media.ready.v1", source = "media")
public record MediaReady(
    UUID mediaId,
    UUID ownerId,
    String contentType,
    Integer width,
    Integer height,
    long size,
    Instant readyAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return mediaId.toString();
  }
}
