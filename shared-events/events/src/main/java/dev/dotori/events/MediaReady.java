package dev.dotori.events;

import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.UUID;

/** A file was checked, and its variants are made. */
@EventType(value = "media.ready.v1", source = "media")
public record MediaReady(
    UUID mediaId,
    UUID ownerId,
    String contentType,
    @Nullable Integer width,
    @Nullable Integer height,
    long size,
    Instant readyAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return mediaId.toString();
  }
}
