package dev.dotori.points.purchase;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dotori.api.Money;
import dev.dotori.events.Portion;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A recorded purchase, as the API answers it.
 *
 * @param memberId the buyer
 * @param recordedAt when it was taken; {@code occurredAt} is the till's word
 * @param status told by the ledger and the refunds; never stored
 * @param distribution who gets what of {@code earned}, the buyer first, before any refund
 */
public record Purchase(
    UUID id,
    UUID storeId,
    UUID memberId,
    Money amount,
    String receiptNo,
    Instant occurredAt,
    Instant recordedAt,
    Status status,
    long earned,
    Instant expiresAt,
    List<Portion> distribution) {

  /** How far a purchase's earning is. */
  public enum Status {
    /** Recorded; its points are on their way. */
    @JsonProperty("pending")
    PENDING,
    /** Its points are posted. */
    @JsonProperty("distributed")
    DISTRIBUTED,
    /** A part of its amount was given back, and the points that it had earned. */
    @JsonProperty("partially_refunded")
    PARTIALLY_REFUNDED,
    /** Its whole amount was given back, and all its points. */
    @JsonProperty("refunded")
    REFUNDED
  }

  /** The same with its distribution, which is read apart. */
  Purchase with(List<Portion> portions) {
    return new Purchase(
        id,
        storeId,
        memberId,
        amount,
        receiptNo,
        occurredAt,
        recordedAt,
        status,
        earned,
        expiresAt,
        portions);
  }

  boolean isSharedBy(UUID member) {
    return distribution.stream().anyMatch(it -> it.memberId().equals(member));
  }
}
