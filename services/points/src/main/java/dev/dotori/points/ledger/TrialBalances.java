package dev.dotori.points.ledger;

import dev.dotori.points.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Draws up the trial balance. Reads every entry: for an operator's check, not for a dashboard. */
@ApplicationScoped
public class TrialBalances {

  private final Database database;

  TrialBalances(Database database) {
    this.database = database;
  }

  /**
   * The trial balance of this moment.
   *
   * <p>That each entry's debit equals its credit says nothing, as they are one number. What can go
   * wrong is that the balances, which members are told and pay from, part from the entries. So the
   * members' side is taken from the balances and the stores' from the entries.
   */
  public TrialBalance now() {
    Instant asOf = Instant.now().truncatedTo(ChronoUnit.MICROS);
    Map<AccountClass, Long> debits = new LinkedHashMap<>();
    Map<AccountClass, Long> credits = new LinkedHashMap<>();
    long[] held = {0};
    // One statement, and so one snapshot.
    database
        .list(
            """
            SELECT debit_class, credit_class, SUM(points) FROM ledger_entry
              GROUP BY debit_class, credit_class
            UNION ALL
            SELECT NULL, NULL, COALESCE(SUM(points), 0) FROM balance
            """,
            row -> new Sum(row.integerOrNull(1), row.integerOrNull(2), row.number(3)))
        .forEach(sum -> {
          if (sum.debitClass() == null) {
            held[0] = sum.points();
          } else {
            debits.merge(AccountClass.ofCode(sum.debitClass()), sum.points(), Math::addExact);
            credits.merge(AccountClass.ofCode(sum.creditClass()), sum.points(), Math::addExact);
          }
        });
    return of(debits, credits, held[0], asOf);
  }

  private record Sum(Integer debitClass, Integer creditClass, long points) {}

  private static TrialBalance of(
      Map<AccountClass, Long> debits, Map<AccountClass, Long> credits, long held, Instant asOf) {
    Map<String, TrialBalance.Turnover> accounts = new LinkedHashMap<>();
    long debitBalances = 0;
    long creditBalances = held;
    for (AccountClass accountClass : AccountClass.values()) {
      long debit = debits.getOrDefault(accountClass, 0L);
      long credit = credits.getOrDefault(accountClass, 0L);
      accounts.put(accountClass.label(), new TrialBalance.Turnover(debit, credit));
      if (accountClass != AccountClass.MEMBER) {
        debitBalances += Math.max(0, debit - credit);
        creditBalances += Math.max(0, credit - debit);
      }
    }
    return new TrialBalance(
        debitBalances, creditBalances, debitBalances - creditBalances, accounts, held, asOf);
  }
}
