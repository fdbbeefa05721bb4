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
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * The only writer of transactions, entries, lots, debts and balances.
 *
 * <p>{@link #post} takes as many earnings as there are and writes them by six statements. Their
 * order is chosen, not incidental: the transactions' unique references tell what is new before
 * anything else is written, and the balances come last, because theirs are the locks that other
 * workers wait for.
 *
 * <p>{@link #book} writes what uses points. What may be used has to be known before, and so locked:
 * see {@link Holdings}.
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
      insertEntries(entries(fresh, Posting::id, Posting::movements));
      openLots(fresh);
      outbox.addAllCaused(fresh.stream().map(Posting::announcement).toList());
      addToBalances(fresh);
    }
    return fresh.size();
  }

  /**
   * Books transactions of members whose {@link Holdings} are open, in the caller's transaction.
   *
   * @throws dev.dotori.points.database.DatabaseException when a reference is booked already, or a
   *     balance or a lot would be less than nothing
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void book(List<Booking> bookings) {
    if (bookings.isEmpty()) {
      return;
    }
    insertTransactions(bookings);
    insertEntries(entries(bookings, Booking::id, Booking::movements));
    useLots(bookings);
    openNewLots(bookings);
    outbox.addAll(bookings.stream().map(Booking::announcement).filter(Objects::nonNull).toList());
    changeDebts(bookings);
    changeBalances(bookings);
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

  private static <T> List<Object[]> entries(
      List<T> transactions, Function<T, UUID> id, Function<T, List<Movement>> movements) {
    List<Object[]> rows = new ArrayList<>();
    for (T transaction : transactions) {
      int line = 0;
      for (Movement movement : movements.apply(transaction)) {
        rows.add(
            new Object[] {
              id.apply(transaction),
              line++,
              movement.debit().accountClass().code(),
              movement.debit().owner(),
              movement.credit().accountClass().code(),
              movement.credit().owner(),
              movement.points()
            });
      }
    }
    return rows;
  }

  private void insertEntries(List<Object[]> rows) {
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
    Map<UUID, BalanceChange> earned = new HashMap<>();
    for (Posting posting : postings) {
      for (Movement movement : posting.movements()) {
        BalanceChange change =
            new BalanceChange(movement.points(), movement.points(), posting.expiresAt());
        earned.merge(movement.credit().owner(), change, BalanceChange::plus);
      }
    }
    database.insert(
        "INSERT INTO balance (member_id, points, lifetime_earned, next_expiry)",
        earned.entrySet().stream()
            .sorted(Map.Entry.comparingByKey(Ids.ORDER))
            .map(it ->
                new Object[] {
                  it.getKey(),
                  it.getValue().points(),
                  it.getValue().lifetimeEarned(),
                  it.getValue().expiresAt()
                })
            .toList(),
        "ON DUPLICATE KEY UPDATE points = points + VALUES(points),"
            + " lifetime_earned = lifetime_earned + VALUES(lifetime_earned), next_expiry ="
            + " LEAST(COALESCE(next_expiry, VALUES(next_expiry)),"
            + " COALESCE(VALUES(next_expiry), next_expiry))");
  }

  private void insertTransactions(List<Booking> bookings) {
    database.insert(
        "INSERT INTO ledger_transaction (id, type, reference, purchase_id, posted_at)",
        bookings.stream()
            .map(it ->
                new Object[] {
                  it.id(), it.type().code(), it.reference(), it.purchaseId(), it.postedAt()
                })
            .toList(),
        "");
  }

  private void useLots(List<Booking> bookings) {
    List<Object[]> uses = new ArrayList<>();
    List<Object[]> lots = new ArrayList<>();
    for (Booking booking : bookings) {
      for (LotUse use : booking.uses()) {
        uses.add(
            new Object[] {
              use.memberId(), use.lotTransactionId(), use.part(), booking.id(), use.points()
            });
        lots.add(new Object[] {use.points(), use.memberId(), use.lotTransactionId(), use.part()});
      }
    }
    database.insert(
        "INSERT INTO lot_use (member_id, lot_transaction_id, lot_part, transaction_id, points)",
        uses,
        "");
    database.updateEach(
        "UPDATE lot SET remaining = remaining - ?"
            + " WHERE member_id = ? AND transaction_id = ? AND part = ?",
        lots);
  }

  private void openNewLots(List<Booking> bookings) {
    List<Object[]> rows = new ArrayList<>();
    for (Booking booking : bookings) {
      Map<UUID, Integer> parts = new HashMap<>();
      for (NewLot lot : booking.lots()) {
        int part = parts.merge(lot.memberId(), 1, Integer::sum) - 1;
        rows.add(
            new Object[] {
              lot.memberId(), booking.id(), part, lot.points(), lot.points(), lot.expiresAt()
            });
      }
    }
    database.insert(
        "INSERT INTO lot (member_id, transaction_id, part, points, remaining, expires_at)",
        rows,
        "");
  }

  private void changeDebts(List<Booking> bookings) {
    Map<UUID, Long> changes = new HashMap<>();
    for (Booking booking : bookings) {
      booking.debtChanges().forEach((member, owed) -> changes.merge(member, owed, Math::addExact));
    }
    List<UUID> members = changes.keySet().stream().sorted(Ids.ORDER).toList();
    if (members.isEmpty()) {
      return;
    }
    database.insert(
        "INSERT IGNORE INTO debt (member_id, points)",
        members.stream().map(member -> new Object[] {member, 0L}).toList(),
        "");
    database.updateEach(
        "UPDATE debt SET points = points + ? WHERE member_id = ?",
        members.stream().map(member -> new Object[] {changes.get(member), member}).toList());
    database.update(
        "DELETE FROM debt WHERE points = 0 AND member_id IN ("
            + Database.placeholders(members.size())
            + ")",
        members.toArray());
  }

  private void changeBalances(List<Booking> bookings) {
    Map<UUID, BalanceChange> changes = new HashMap<>();
    for (Booking booking : bookings) {
      booking.changes().forEach((id, change) -> changes.merge(id, change, BalanceChange::plus));
    }
    database.updateEach(
        "UPDATE balance SET points = points + ?, lifetime_earned = lifetime_earned + ?,"
            + " next_expiry = LEAST(COALESCE(next_expiry, ?), COALESCE(?, next_expiry))"
            + " WHERE member_id = ?",
        changes.entrySet().stream()
            .filter(it -> it.getValue().points() != 0 || it.getValue().lifetimeEarned() != 0)
            .sorted(Map.Entry.comparingByKey(Ids.ORDER))
            .map(it ->
                new Object[] {
                  it.getValue().points(),
                  it.getValue().lifetimeEarned(),
                  it.getValue().expiresAt(),
                  it.getValue().expiresAt(),
                  it.getKey()
                })
            .toList());
  }
}
