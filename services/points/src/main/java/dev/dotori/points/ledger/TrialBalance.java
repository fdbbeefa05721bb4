package dev.dotori.points.ledger;

import java.time.Instant;
import java.util.Map;

/**
 * The ledger at one moment, as an accountant would check it.
 *
 * @param debits what the accounts with a debit balance come to: all that the stores gave, by the
 *     entries
 * @param credits what the accounts with a credit balance come to: all that the members have, by
 *     their balances
 * @param difference 0, or the balances don't say what the entries sum to
 * @param accounts by class, what the entries moved out of it and into it
 * @param liability the points that members hold and may use
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
