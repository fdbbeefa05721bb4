package dev.dotori.events;

import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Points were posted to members' accounts: a purchase's earning, or the bonus of a share. */
@EventType(value = "points.distributed.v1", source = "points")
public record PointsDistributed(
    UUID transactionId,
    Reason reason,
    UUID storeId,
    @Nullable UUID purchaseId,
    @Nullable UUID shareId,
    long points,
    List<Portion> distribution,
    Instant distributedAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return transactionId.toString();
  }

  /** Why the points were given. */
  public enum Reason {
    PURCHASE,
    SHARE_BONUS
  }
}
