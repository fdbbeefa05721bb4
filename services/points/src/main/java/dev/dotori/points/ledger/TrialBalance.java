package dev.dotori.points.ledger;

import java.time.Instant;
import java.util.Map;

/**
 * The ledger at one moment, as an accountant would check it.
 *
 * @param debits what the classes of accounts with a debit balance come to: what the stores gave, by
 *     the entries, and what members owe, by their debts
 * @param credits what the classes with a credit balance come to: what the members have, by their
 *     balances and holds, and what became of the rest, by the entries
 * @param difference 0, or the balances, holds or debts don't say what the entries sum to
 * @param accounts by class, what the entries moved out of it and into it
 * @param liability the points that members have, those included that are held for a redemption
 */
public record TrialBalance(
    long debits,
    long credits,
    long difference,
    Map<String, Turnover> accounts,
    long liability,
    Instant asOf) {

  /** All that was ever posted to a class of accounts, by the entries. */
  public record Turnover(long debits, long credits) {}
}
