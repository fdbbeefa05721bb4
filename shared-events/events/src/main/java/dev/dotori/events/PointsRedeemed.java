package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/**
 * A store took points for something it gave to a member.
 *
 * @param reference the store's own, for example its number of the basket
 */
@EventType(value = "points.redeemed.v1", source = "points")
public record PointsRedeemed(
    UUID redemptionId,
    UUID storeId,
    UUID memberId,
    long points,
    String reference,
    Instant redeemedAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return redemptionId.toString();
  }
}
