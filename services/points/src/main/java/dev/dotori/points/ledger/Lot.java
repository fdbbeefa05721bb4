package dev.dotori.points.ledger;

import dev.dotori.api.Ids;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;

/**
 * What is left of the points that one transaction gave one member.
 *
 * @param transactionId the one that gave them
 * @param part tells the lots of that transaction apart, from 0
 * @param remaining what is left of them
 * @param expiresAt when they expire, or null for never
 */
record Lot(UUID memberId, UUID transactionId, int part, long remaining, Instant expiresAt) {

  /** The order of use: what expires first, then what came first. */
  static final Comparator<Lot> ORDER_OF_USE =
      Comparator.comparing(Lot::expiresAt, Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(Lot::transactionId, Ids.ORDER)
          .thenComparing(Lot::part);

  boolean isExpired(Instant now) {
    return expiresAt != null && !expiresAt.isAfter(now);
  }

  Lot less(long used) {
    return new Lot(memberId, transactionId, part, remaining - used, expiresAt);
  }
}
