package dev.dotori.points.ledger;

import java.time.Instant;

/**
 * What transactions do to one member's balance.
 *
 * @param points negative when they are used
 * @param lifetimeEarned negative when an earning is taken back
 * @param expiresAt when the first of the new points expire, or null when none of them does
 */
record BalanceChange(long points, long lifetimeEarned, Instant expiresAt) {

  BalanceChange plus(BalanceChange other) {
    return new BalanceChange(
        Math.addExact(points, other.points),
        Math.addExact(lifetimeEarned, other.lifetimeEarned),
        earlier(expiresAt, other.expiresAt));
  }

  private static Instant earlier(Instant a, Instant b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.isBefore(b) ? a : b;
  }
}
