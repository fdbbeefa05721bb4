package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/** A person became a member. Carries no personal data but the name they show. */
@EventType(value = "member.registered.v1", source = "members")
public record MemberRegistered(UUID memberId, String displayName, Instant registeredAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return memberId.toString();
  }
}
