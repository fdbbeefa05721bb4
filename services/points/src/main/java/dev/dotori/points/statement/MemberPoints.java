package dev.dotori.points.statement;

import java.time.Instant;
import java.util.List;

/**
 * What a member has.
 *
 * @param balance points posted and not used
 * @param pending points of purchases that are recorded and not yet posted
 * @param lifetimeEarned all points ever earned, used or not
 * @param expiring what of the balance expires, and when; soonest first
 * @param asOf the moment that all of it is true for
 */
public record MemberPoints(
    long balance, long pending, long lifetimeEarned, List<Expiring> expiring, Instant asOf) {

  /** Points that expire together. */
  public record Expiring(long points, Instant at) {}
}
