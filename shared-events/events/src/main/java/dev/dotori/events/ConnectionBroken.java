package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/** A network no longer accepts a member's connection: they must connect again. */
@EventType(value = "connection.broken.v1", source = "social-share")
public record ConnectionBroken(UUID memberId, String network, String reason, Instant brokenAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return memberId.toString();
  }
}
