package dev.dotori.points.ledger;

import java.time.Instant;
import java.util.UUID;

/**
 * Points of one lot that a transaction uses.
 *
 * @param lotTransactionId the transaction that gave the lot
 * @param points how many; negative when they are returned
 * @param expiresAt when they expire, or null for never
 */
public record LotUse(
    UUID memberId, UUID lotTransactionId, int part, long points, Instant expiresAt) {

  static LotUse of(Lot lot, long points) {
    return new LotUse(lot.memberId(), lot.transactionId(), lot.part(), points, lot.expiresAt());
  }

  /** Gives the points back to the lot that they were taken of. */
  public LotUse returned() {
    return new LotUse(memberId, lotTransactionId, part, -points, expiresAt);
  }
}
