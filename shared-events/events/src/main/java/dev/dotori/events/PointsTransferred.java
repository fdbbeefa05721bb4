package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/** A member gave points to another. */
@EventType(value = "points.transferred.v1", source = "points")
public record PointsTransferred(
    UUID transferId, UUID fromMemberId, UUID toMemberId, long points, Instant transferredAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return transferId.toString();
  }
}
