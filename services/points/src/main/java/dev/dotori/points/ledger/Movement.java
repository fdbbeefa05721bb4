package dev.dotori.points.ledger;

/**
 * Points that go from one account to another.
 *
 * @param points 1 or more
 */
public record Movement(Account debit, Account credit, long points) {

  public Movement {
    if (points < 1) {
      throw new IllegalArgumentException("a movement of " + points + " points");
    }
    if (debit.equals(credit)) {
      throw new IllegalArgumentException("a movement from an account to itself");
    }
  }
}
