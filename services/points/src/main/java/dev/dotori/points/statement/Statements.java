package dev.dotori.points.statement;

import dev.dotori.api.page.Cursor;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import dev.dotori.points.database.Database;
import dev.dotori.points.database.Database.Row;
import dev.dotori.points.ledger.TransactionType;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;

/** Reads what the ledger says of a member. Each answer is of one moment: one statement reads it. */
@ApplicationScoped
public class Statements {

  private static final UUID AFTER_ALL = new UUID(-1, -1);

  private final Database database;

  Statements(Database database) {
    this.database = database;
  }

  /** A member's points now; all zero for one who never took part in a purchase. */
  public MemberPoints of(UUID memberId) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    return points(parts(memberId), now);
  }

  /**
   * A member's points as they were at a time that is past. What is posted just now may still change
   * the answer for the last moment: a posting's time is taken before it commits.
   */
  public MemberPoints at(UUID memberId, Instant at) {
    return points(parts(memberId, at), at);
  }

  /**
   * What is owed is not in the balance, nor what has expired by the moment, whether that is posted
   * already or will be shortly: a member who uses points meets the same.
   */
  private static MemberPoints points(List<Part> parts, Instant asOf) {
    long posted = 0;
    long owed = 0;
    long lifetimeEarned = 0;
    long pending = 0;
    List<MemberPoints.Expiring> lots = new ArrayList<>();
    for (Part part : parts) {
      switch (part.name()) {
        case "balance" -> {
          posted = part.points();
          lifetimeEarned = part.lifetimeEarned();
        }
        case "owed" -> owed = part.points();
        case "pending" -> pending = part.points();
        default -> lots.add(new MemberPoints.Expiring(part.points(), part.expiresAt()));
      }
    }
    long paid = Math.min(owed, posted);
    List<MemberPoints.Expiring> left = withoutFirst(paid, lots);
    long expired =
        left.stream()
            .filter(lot -> !lot.at().isAfter(asOf))
            .mapToLong(MemberPoints.Expiring::points)
            .sum();
    return new MemberPoints(
        posted - paid - expired,
        pending,
        owed - paid,
        lifetimeEarned,
        left.stream().filter(lot -> lot.at().isAfter(asOf)).toList(),
        asOf);
  }

  /** What is left to expire once so many points are used, which are those that expire first. */
  private static List<MemberPoints.Expiring> withoutFirst(
      long used, List<MemberPoints.Expiring> lots) {
    List<MemberPoints.Expiring> left = new ArrayList<>();
    long toUse = used;
    for (MemberPoints.Expiring lot : lots) {
      long usedHere = Math.min(toUse, lot.points());
      toUse -= usedHere;
      if (usedHere < lot.points()) {
        left.add(new MemberPoints.Expiring(lot.points() - usedHere, lot.at()));
      }
    }
    return left;
  }

  private record Part(String name, long points, long lifetimeEarned, Instant expiresAt) {}

  // One statement, since at READ COMMITTED each has a snapshot of its own: so points are seen
  // either
  // pending or in the balance, never in both or neither.
  private List<Part> parts(UUID memberId) {
    return database.list(
        """
        SELECT 'balance' AS part, points, lifetime_earned, NULL AS expires_at
          FROM balance WHERE member_id = ?
        UNION ALL
        SELECT 'owed', points, 0, NULL FROM debt WHERE member_id = ?
        UNION ALL
        SELECT 'pending', COALESCE(SUM(m.points), 0), 0, NULL
          FROM purchase_participant m LEFT JOIN ledger_transaction t ON t.reference = m.purchase_id
          WHERE m.member_id = ? AND t.id IS NULL
        UNION ALL
        SELECT 'expiring', SUM(remaining), 0, expires_at
          FROM lot WHERE member_id = ? AND remaining > 0 AND expires_at IS NOT NULL
          GROUP BY expires_at
        ORDER BY expires_at
        """,
        Statements::part,
        memberId,
        memberId,
        memberId,
        memberId);
  }

  // By the entries, and by the uses of lots. Types: 1 purchase, 2 share bonus, 8 refund. Classes:
  // 1 members, 7 expired, 8 debts.
  private List<Part> parts(UUID memberId, Instant at) {
    return database.list(
        """
        SELECT 'balance' AS part, COALESCE(SUM(e.balance), 0) AS points,
               COALESCE(SUM(e.earned), 0) AS lifetime_earned, NULL AS expires_at
          FROM (
            SELECT e.points AS balance, IF(t.type IN (1, 2), e.points, 0) AS earned
              FROM ledger_entry e JOIN ledger_transaction t ON t.id = e.transaction_id
              WHERE e.credit_account = ? AND e.credit_class = 1 AND t.posted_at <= ?
            UNION ALL
            SELECT IF(e.debit_class = 1, -e.points, 0), IF(t.type = 8, -e.points, 0)
              FROM ledger_entry e JOIN ledger_transaction t ON t.id = e.transaction_id
              WHERE e.debit_account = ? AND e.debit_class IN (1, 7, 8) AND t.posted_at <= ?
          ) e
        UNION ALL
        SELECT 'owed', COALESCE(SUM(e.points), 0), 0, NULL
          FROM (
            SELECT e.points
              FROM ledger_entry e JOIN ledger_transaction t ON t.id = e.transaction_id
              WHERE e.debit_account = ? AND e.debit_class = 8 AND t.posted_at <= ?
            UNION ALL
            SELECT -e.points
              FROM ledger_entry e JOIN ledger_transaction t ON t.id = e.transaction_id
              WHERE e.credit_account = ? AND e.credit_class = 8 AND t.posted_at <= ?
          ) e
        UNION ALL
        SELECT 'pending', COALESCE(SUM(m.points), 0), 0, NULL
          FROM purchase_participant m JOIN purchase p ON p.id = m.purchase_id
          LEFT JOIN ledger_transaction t ON t.reference = m.purchase_id AND t.posted_at <= ?
          WHERE m.member_id = ? AND p.recorded_at <= ? AND t.id IS NULL
        UNION ALL
        SELECT 'expiring', SUM(l.points), 0, l.expires_at
          FROM (
            SELECT l.points, l.expires_at
              FROM lot l JOIN ledger_transaction t ON t.id = l.transaction_id
              WHERE l.member_id = ? AND l.expires_at IS NOT NULL AND t.posted_at <= ?
            UNION ALL
            SELECT -u.points, l.expires_at
              FROM lot_use u JOIN ledger_transaction t ON t.id = u.transaction_id
              JOIN lot l ON l.member_id = u.member_id
                AND l.transaction_id = u.lot_transaction_id AND l.part = u.lot_part
              WHERE u.member_id = ? AND l.expires_at IS NOT NULL AND t.posted_at <= ?
          ) l
          GROUP BY l.expires_at
        ORDER BY expires_at
        """,
        Statements::part,
        memberId,
        at,
        memberId,
        at,
        memberId,
        at,
        memberId,
        at,
        at,
        memberId,
        at,
        memberId,
        at,
        memberId,
        at);
  }

  private static Part part(Row row) throws SQLException {
    return new Part(row.text(1), row.number(2), row.number(3), row.instant(4));
  }

  /** The lines of a member's statement, newest first. */
  public Page<StatementLine> lines(UUID memberId, PageRequest request) {
    UUID before = request.cursor().map(cursor -> cursor.id(0)).orElse(AFTER_ALL);
    int limit = request.limit() + 1;
    Page<Entry> page =
        Page.of(
            database.list(
                """
                SELECT e.transaction_id, e.line, e.points, t.type, t.reference, t.purchase_id,
                       t.posted_at, COALESCE(x.note, a.reason, r.reason)
                  FROM (
                    (SELECT transaction_id, line, points FROM ledger_entry
                       WHERE credit_account = ? AND credit_class = 1 AND transaction_id < ?
                       ORDER BY transaction_id DESC LIMIT ?)
                    UNION ALL
                    (SELECT transaction_id, line, -points FROM ledger_entry
                       WHERE debit_account = ? AND debit_class = 1 AND transaction_id < ?
                       ORDER BY transaction_id DESC LIMIT ?)
                  ) e JOIN ledger_transaction t ON t.id = e.transaction_id
                  LEFT JOIN transfer x ON x.id = t.reference
                  LEFT JOIN adjustment a ON a.id = t.reference
                  LEFT JOIN refund r ON r.id = t.reference
                  ORDER BY e.transaction_id DESC LIMIT ?
                """,
                Entry::of,
                memberId,
                before,
                limit,
                memberId,
                before,
                limit,
                limit),
            request,
            entry -> Cursor.of(entry.transactionId()));
    if (page.items().isEmpty()) {
      return page.map(entry -> entry.withBalance(0));
    }
    Iterator<Long> balances = balances(memberId, page.items()).iterator();
    return page.map(entry -> entry.withBalance(balances.next()));
  }

  /** The balance after each of the entries, which are the newest first and without a gap. */
  private List<Long> balances(UUID memberId, List<Entry> entries) {
    UUID newest = entries.getFirst().transactionId();
    long balance =
        database
            .find(
                """
                SELECT COALESCE((SELECT SUM(points) FROM ledger_entry
                                   WHERE credit_account = ? AND credit_class = 1
                                     AND transaction_id <= ?), 0)
                     - COALESCE((SELECT SUM(points) FROM ledger_entry
                                   WHERE debit_account = ? AND debit_class = 1
                                     AND transaction_id <= ?), 0)
                """,
                row -> row.number(1),
                memberId,
                newest,
                memberId,
                newest)
            .orElseThrow();
    List<Long> balances = new ArrayList<>();
    for (Entry entry : entries) {
      balances.add(balance);
      balance -= entry.points();
    }
    return balances;
  }

  /** A member's side of an entry; a member is in a transaction at most once. */
  private record Entry(
      UUID transactionId,
      int line,
      long points,
      TransactionType type,
      UUID reference,
      UUID purchaseId,
      Instant at,
      String reason) {

    // RFC 9562 leaves these 12 bits of a version 7 UUID to the one who makes it.
    private static final long RAND_A = 0xFFF;

    static Entry of(Row row) throws SQLException {
      return new Entry(
          row.id(1),
          row.integer(2),
          row.number(3),
          TransactionType.ofCode(row.integer(4)),
          row.id(5),
          row.idOrNull(6),
          row.instant(7),
          row.text(8));
    }

    StatementLine withBalance(long balanceAfter) {
      return new StatementLine(
          id(),
          type.label(),
          points,
          balanceAfter,
          purchaseId,
          type == TransactionType.SHARE_BONUS ? reference : null,
          reason,
          at);
    }

    /** An id for the entry from its key: the transaction's, told apart by the line. */
    private UUID id() {
      long timeAndVersion = transactionId.getMostSignificantBits() & ~RAND_A;
      return new UUID(timeAndVersion | line, transactionId.getLeastSignificantBits());
    }
  }
}
