package dev.dotori.events;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A store refunded a purchase, wholly or in part, and what that part had earned was taken back.
 *
 * @param amount what was refunded this time
 * @param points what was taken back this time; the parts' sum
 * @param takenBack in the order of the purchase's participants, the buyer first
 */
@EventType(value = "points.refunded.v1", source = "points")
public record PointsRefunded(
    UUID refundId,
    UUID purchaseId,
    UUID storeId,
    MoneyAmount amount,
    long points,
    List<TakenBack> takenBack,
    Instant refundedAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return refundId.toString();
  }
}
