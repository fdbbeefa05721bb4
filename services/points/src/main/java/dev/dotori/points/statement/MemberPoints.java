package dev.dotori.points.statement;

import java.time.Instant;
import java.util.List;

/**
 * What a member has.
 *
 * @param balance what the member may use: points posted, not used, not expired and not owed
 * @param pending points of purchases that are recorded and not yet posted
 * @param owed points that were taken back when they were spent already; those earned next pay it
 * @param lifetimeEarned all points ever earned and not taken back, used or not
 * @param expiring what of the balance expires, and when; soonest first
 * @param asOf the moment that all of it is true for
 */
public record MemberPoints(
    long balance,
    long pending,
    long owed,
    long lifetimeEarned,
    List<Expiring> expiring,
    Instant asOf) {

  /** Points that expire together. */
  public record Expiring(long points, Instant at) {}
}
