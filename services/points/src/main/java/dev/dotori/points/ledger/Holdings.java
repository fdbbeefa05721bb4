package dev.dotori.points.ledger;

import static java.util.stream.Collectors.groupingBy;

import dev.dotori.api.Ids;
import dev.dotori.points.database.Database;
import dev.dotori.points.database.Database.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Where using a member's points begins: locks what they have, and brings it up to date.
 *
 * <p>A member's balance row is the lock of all that is theirs: the balance, the debt and the lots.
 * Members are locked in id order, as earnings lock them, so that none waits for another in a
 * circle.
 */
@ApplicationScoped
public class Holdings {

  private final Database database;
  private final Ledger ledger;

  Holdings(Database database, Ledger ledger) {
    this.database = database;
    this.ledger = ledger;
  }

  /**
   * What the members have, locked until the caller's transaction ends. What is owed is paid and
   * what expired by now is gone from it, each by a transaction of its own: so points that are due
   * can't be used, however late the work is that would post it otherwise.
   *
   * @return a holding for each of the members, of nothing for one who never had any
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public Map<UUID, Holding> open(Collection<UUID> memberIds, Instant now) {
    if (memberIds.isEmpty()) {
      return Map.of();
    }
    List<UUID> ordered = memberIds.stream().distinct().sorted(Ids.ORDER).toList();
    lock(ordered);
    Map<UUID, Holding> holdings = read(ordered);
    List<Booking> due = new ArrayList<>();
    for (Holding holding : holdings.values()) {
      // In this order: points pay what is owed when they come, which is before they expire.
      holding.settle(now).ifPresent(due::add);
      holding.expire(now).ifPresent(due::add);
    }
    ledger.book(due);
    return holdings;
  }

  /** What one member has. */
  @Transactional(Transactional.TxType.MANDATORY)
  public Holding open(UUID memberId, Instant now) {
    return open(List.of(memberId), now).get(memberId);
  }

  // Not by FOR UPDATE: a row that is missing would not be locked, and inserted later out of order.
  private void lock(List<UUID> ordered) {
    database.insert(
        "INSERT INTO balance (member_id, points, lifetime_earned, next_expiry)",
        ordered.stream().map(id -> new Object[] {id, 0L, 0L, null}).toList(),
        "ON DUPLICATE KEY UPDATE points = points");
  }

  private Map<UUID, Holding> read(List<UUID> memberIds) {
    String in = " IN (" + Database.placeholders(memberIds.size()) + ")";
    Map<UUID, List<Lot>> lots =
        database
            .list(
                "SELECT member_id, transaction_id, part, remaining, expires_at FROM lot"
                    + " WHERE remaining > 0 AND member_id"
                    + in,
                Holdings::lot,
                memberIds.toArray())
            .stream()
            .collect(groupingBy(Lot::memberId));
    Map<UUID, Holding> holdings = new LinkedHashMap<>();
    database
        .list(
            "SELECT b.member_id, b.points, COALESCE(d.points, 0) FROM balance b"
                + " LEFT JOIN debt d ON d.member_id = b.member_id WHERE b.member_id"
                + in
                + " ORDER BY b.member_id",
            row ->
                new Holding(
                    row.id(1),
                    row.number(2),
                    row.number(3),
                    lots.getOrDefault(row.id(1), List.of())),
            memberIds.toArray())
        .forEach(holding -> holdings.put(holding.memberId(), holding));
    return holdings;
  }

  private static Lot lot(Row row) throws SQLException {
    return new Lot(row.id(1), row.id(2), row.integer(3), row.number(4), row.instant(5));
  }
}
