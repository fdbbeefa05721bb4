package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/**
 * A member did not use points in time.
 *
 * @param expiredAt when they left the balance; their expiry was then or shortly before
 */
@EventType(value = "points.expired.v1", source = "points")
public record PointsExpired(UUID transactionId, UUID memberId, long points, Instant expiredAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return transactionId.toString();
  }
}
