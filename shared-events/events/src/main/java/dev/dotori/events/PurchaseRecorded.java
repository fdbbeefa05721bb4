package dev.dotori.events;

import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A store recorded a purchase. The split is decided and exact; what remains is to post it. */
@EventType(value = "purchase.recorded.v1", source = "points")
public record PurchaseRecorded(
    UUID purchaseId,
    UUID storeId,
    UUID memberId,
    MoneyAmount amount,
    String receiptNo,
    int programVersion,
    long earned,
    @Nullable Instant expiresAt,
    List<Portion> distribution,
    Instant occurredAt,
    Instant recordedAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return purchaseId.toString();
  }
}
