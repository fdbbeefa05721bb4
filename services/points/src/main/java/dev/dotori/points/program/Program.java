package dev.dotori.points.program;

import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * One version of a store's terms, and the currency it takes.
 *
 * @param minPurchase minor units below which a purchase earns nothing
 * @param expiryDays days until earned points expire, or null for never
 * @param shareBonus points for a published share
 * @param shareBonusDailyCap most bonus points for one member in a UTC day
 * @param maxParticipants most participants of a purchase, the buyer included
 */
public record Program(
    UUID storeId,
    String currency,
    int version,
    EarnRate earnRate,
    long minPurchase,
    Integer expiryDays,
    long shareBonus,
    long shareBonusDailyCap,
    int maxParticipants) {

  /** What a purchase of this amount (minor units) earns; of any size, for the caller to judge. */
  public BigInteger earned(long amount) {
    return amount < minPurchase ? BigInteger.ZERO : earnRate.pointsFor(amount);
  }

  /**
   * When points that were earned at a time expire, or null for never: at the end of the last UTC
   * day, so that a member sees days, and a purchase of the morning outlives none of the evening.
   */
  public Instant expiryOf(Instant earnedAt) {
    if (expiryDays == null) {
      return null;
    }
    return earnedAt
        .atOffset(ZoneOffset.UTC)
        .truncatedTo(ChronoUnit.DAYS)
        .plusDays(expiryDays + 1L)
        .toInstant();
  }
}
