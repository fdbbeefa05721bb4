package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/** A member left: every service forgets the person. */
@EventType(value = "member.closed.v1", source = "members")
public record MemberClosed(UUID memberId, Instant closedAt) implements DomainEvent {

  @Override
  public String subject() {
    return memberId.toString();
  }
}
