package dev.dotori.points.expiry;

import dev.dotori.points.database.Database;
import dev.dotori.points.ledger.Holding;
import dev.dotori.points.ledger.Holdings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Takes points whose time is over out of the balances.
 *
 * <p>Each balance says when it next has to be looked at, not later than the first of its lots
 * expires. Opening a {@link Holding} posts what has expired; what is done here is to open those
 * that nobody else did, and to say when to look again.
 *
 * <p>Exactly once: a lot's points are taken by the transaction that makes its remainder 0. A crash
 * leaves both or neither, and the balance due.
 */
@ApplicationScoped
public class Expiry {

  /** A row that a release without expiry has made: nobody knows when its lots expire. */
  private static final Instant NEVER_LOOKED_AT = Instant.EPOCH;

  private static final Duration SECOND_LOOK = Duration.ofDays(1);

  private final Database database;
  private final Holdings holdings;

  Expiry(Database database, Holdings holdings) {
    this.database = database;
    this.holdings = holdings;
  }

  /**
   * Expires the points of members that are due, the longest overdue first.
   *
   * @param limit the most members to look at
   * @return how many were looked at; less than the limit when no more are due
   */
  @Transactional
  public int expireDue(Instant now, int limit) {
    Map<UUID, Instant> due = new LinkedHashMap<>();
    // Whom another process has locked is being looked at by it, or will be the next time.
    database
        .list(
            "SELECT member_id, next_expiry FROM balance WHERE next_expiry <= ?"
                + " ORDER BY next_expiry LIMIT ? FOR UPDATE SKIP LOCKED",
            row -> Map.entry(row.id(1), row.instant(2)),
            now,
            limit)
        .forEach(it -> due.put(it.getKey(), it.getValue()));
    if (!due.isEmpty()) {
      List<Object[]> rows =
          holdings.open(due.keySet(), now).values().stream()
              .map(it -> new Object[] {nextLook(it, due.get(it.memberId()), now), it.memberId()})
              .toList();
      database.updateEach("UPDATE balance SET next_expiry = ? WHERE member_id = ?", rows);
    }
    return due.size();
  }

  /**
   * When to look at a member again, or null for never.
   *
   * <p>During a rolling upgrade the release before may give an expiring lot to a member after the
   * first look, and say nothing of it: hence the second one, when that release is gone.
   */
  private static Instant nextLook(Holding holding, Instant due, Instant now) {
    Instant next = holding.nextExpiry().orElse(null);
    if (!due.equals(NEVER_LOOKED_AT)) {
      return next;
    }
    Instant second = now.plus(SECOND_LOOK);
    return next == null || next.isAfter(second) ? second : next;
  }
}
