package dev.dotori.points.ledger;

/**
 * Points that go from one account to another.
 *
 * @param points 1 or more
 */
public record Movement(Account debit, Account credit, long points) {

  /**
   * The most points that one request can move: an integer that every JSON client reads exactly, and
   * thousands of which fit a balance of 64 bits.
   */
  public static final long MAX_POINTS = 1_000_000_000_000_000L;

  public Movement {
    if (points < 1) {
      throw new IllegalArgumentException("a movement of " + points + " points");
    }
    if (debit.equals(credit)) {
      throw new IllegalArgumentException("a movement from an account to itself");
    }
  }
}
