package dev.dotori.points.ledger;

import static java.util.stream.Collectors.toSet;

import dev.dotori.api.Ids;
import dev.dotori.outbox.Outbox;
import dev.dotori.points.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The only writer of transactions, entries, lots and balances.
 *
 * <p>{@link #post} takes as many postings as there are and writes them by six statements. Their
 * order is chosen, not incidental: the transactions' unique references tell what is new before
 * anything else is written, and the balances come last, because theirs are the locks that other
 * workers wait for.
 */
@ApplicationScoped
public class Ledger {

  private final Database database;
  private final Outbox outbox;

  Ledger(Database database, Outbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  /**
   * Posts what was not posted before, in the caller's transaction.
   *
   * @return how many were new
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public int post(List<Posting> postings) {
    List<Posting> fresh = claim(postings);
    if (!fresh.isEmpty()) {
      writeEntries(fresh);
      openLots(fresh);
      outbox.addAllCaused(fresh.stream().map(Posting::announcement).toList());
      addToBalances(fresh);
    }
    return fresh.size();
  }

  /** Inserts the transactions; a reference that is there already is left out of the answer. */
  private List<Posting> claim(List<Posting> postings) {
    // Every worker locks rows in one order, here and in the balances, so that none waits for
    // another
    // in a circle.
    List<Posting> ordered =
        postings.stream().sorted(Comparator.comparing(Posting::reference, Ids.ORDER)).toList();
    int inserted =
        database.insert(
            "INSERT IGNORE INTO ledger_transaction (id, type, reference, purchase_id, posted_at)",
            ordered.stream()
                .map(it ->
                    new Object[] {
                      it.id(), it.type().code(), it.reference(), it.purchaseId(), it.postedAt()
                    })
                .toList(),
            "");
    if (inserted == ordered.size()) {
      return postings;
    }
    Set<UUID> ids =
        database
            .list(
                "SELECT id FROM ledger_transaction WHERE id IN ("
                    + Database.placeholders(ordered.size())
                    + ")",
                row -> row.id(1),
                ordered.stream().map(Posting::id).toArray())
            .stream()
            .collect(toSet());
    return postings.stream().filter(it -> ids.contains(it.id())).toList();
  }

  private void writeEntries(List<Posting> postings) {
    List<Object[]> rows = new ArrayList<>();
    for (Posting posting : postings) {
      int line = 0;
      for (Movement movement : posting.movements()) {
        rows.add(
            new Object[] {
              posting.id(),
              line++,
              movement.debit().accountClass().code(),
              movement.debit().owner(),
              movement.credit().accountClass().code(),
              movement.credit().owner(),
              movement.points()
            });
      }
    }
    database.insert(
        "INSERT INTO ledger_entry (transaction_id, line, debit_class, debit_account, credit_class,"
            + " credit_account, points)",
        rows,
        "");
  }

  private void openLots(List<Posting> postings) {
    List<Object[]> rows = new ArrayList<>();
    for (Posting posting : postings) {
      for (Movement movement : posting.movements()) {
        rows.add(
            new Object[] {
              movement.credit().owner(),
              posting.id(),
              movement.points(),
              movement.points(),
              posting.expiresAt()
            });
      }
    }
    database.insert(
        "INSERT INTO lot (member_id, transaction_id, points, remaining, expires_at)", rows, "");
  }

  private void addToBalances(List<Posting> postings) {
    Map<UUID, Long> earned = new HashMap<>();
    for (Posting posting : postings) {
      for (Movement movement : posting.movements()) {
        earned.merge(movement.credit().owner(), movement.points(), Math::addExact);
      }
    }
    List<Object[]> rows =
        earned.entrySet().stream()
            .sorted(Map.Entry.comparingByKey(Ids.ORDER))
            .map(it -> new Object[] {it.getKey(), it.getValue(), it.getValue()})
            .toList();
    database.insert(
        "INSERT INTO balance (member_id, points, lifetime_earned)",
        rows,
        "ON DUPLICATE KEY UPDATE points = points + VALUES(points),"
            + " lifetime_earned = lifetime_earned + VALUES(lifetime_earned)");
  }
}
