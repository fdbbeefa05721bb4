package dev.dotori.points.ledger;

import dev.dotori.points.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
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
   * members' side is taken from the balances, the holds and the debts, and the others' from the
   * entries.
   */
  public TrialBalance now() {
    Instant asOf = Instant.now().truncatedTo(ChronoUnit.MICROS);
    Map<AccountClass, Long> debits = new LinkedHashMap<>();
    Map<AccountClass, Long> credits = new LinkedHashMap<>();
    Map<AccountClass, Long> told = new EnumMap<>(AccountClass.class);
    // One statement, and so one snapshot.
    database
        .list(
            """
            SELECT debit_class, credit_class, SUM(points) FROM ledger_entry
              GROUP BY debit_class, credit_class
            UNION ALL
            SELECT NULL, 1, COALESCE(SUM(points), 0) FROM balance
            UNION ALL
            SELECT NULL, 4, COALESCE(SUM(points), 0) FROM redemption WHERE status = 1
            UNION ALL
            SELECT NULL, 8, COALESCE(-SUM(points), 0) FROM debt
            """,
            row -> new Sum(row.integerOrNull(1), row.integer(2), row.number(3)))
        .forEach(sum -> {
          AccountClass credited = AccountClass.ofCode(sum.creditClass());
          if (sum.debitClass() == null) {
            told.put(credited, sum.points());
          } else {
            debits.merge(AccountClass.ofCode(sum.debitClass()), sum.points(), Math::addExact);
            credits.merge(credited, sum.points(), Math::addExact);
          }
        });
    return of(debits, credits, told, asOf);
  }

  /**
   * A sum of entries; or, without a debit, what a table says that a class's accounts come to, as
   * what they are credited with.
   */
  private record Sum(Integer debitClass, int creditClass, long points) {}

  private static TrialBalance of(
      Map<AccountClass, Long> debits,
      Map<AccountClass, Long> credits,
      Map<AccountClass, Long> told,
      Instant asOf) {
    Map<String, TrialBalance.Turnover> accounts = new LinkedHashMap<>();
    Map<AccountClass, Long> balances = new EnumMap<>(AccountClass.class);
    for (AccountClass accountClass : AccountClass.values()) {
      long debit = debits.getOrDefault(accountClass, 0L);
      long credit = credits.getOrDefault(accountClass, 0L);
      accounts.put(accountClass.label(), new TrialBalance.Turnover(debit, credit));
      balances.put(accountClass, credit - debit);
    }
    // What members are told instead of what the entries say.
    balances.putAll(told);
    long creditBalances = balances.values().stream().mapToLong(it -> Math.max(0, it)).sum();
    long debitBalances = balances.values().stream().mapToLong(it -> Math.max(0, -it)).sum();
    return new TrialBalance(
        debitBalances,
        creditBalances,
        debitBalances - creditBalances,
        accounts,
        balances.get(AccountClass.MEMBER) + balances.get(AccountClass.HOLDS),
        asOf);
  }
}
