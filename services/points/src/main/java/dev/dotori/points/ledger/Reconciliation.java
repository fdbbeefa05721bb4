package dev.dotori.points.ledger;

import dev.dotori.leadership.LeaderOnly;
import dev.dotori.leadership.Leadership;
import dev.dotori.leadership.LeadershipChanged;
import dev.dotori.points.database.Database;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Compares, all the time and at little cost, what members are told with what the entries say.
 *
 * <p>Two looks, since each sees what the other does not:
 *
 * <ul>
 *   <li>the totals, at each run: all balances against all entries. Entries never change, so each is
 *       read once and added to a sum that is kept; only the last minutes are read every time. It
 *       sees at once that points came from nowhere, but not who has them, nor an entry that was
 *       changed after it was summed.
 *   <li>member by member, some at each run and then on from there: each balance against the
 *       member's own entries, as they are now. It sees any change of either, when it comes by.
 * </ul>
 *
 * <p>What members owe counts against what they have: a debt is points that they were told to have.
 */
@ApplicationScoped
class Reconciliation {

  private static final Logger LOG = Logger.getLogger(Reconciliation.class);

  /**
   * Entries of a transaction that is still open may come to stand before later ones. None is open
   * for so long, clocks that differ included; if one were, the totals would be counted anew.
   */
  private static final Duration SURELY_COMMITTED = Duration.ofMinutes(2);

  private static final int TRANSACTIONS_AT_ONCE = 10_000;
  private static final int MEMBERS_AT_ONCE = 200;
  private static final int DIFFERENCES_AT_ONCE = 1000;

  /** What a run may take for members: a small part of a minute. */
  private static final Duration MEMBERS_TIME = Duration.ofSeconds(2);

  private static final UUID FIRST = new UUID(0, 0);

  /** What an entry gives to members: their points, and what they owe. */
  private static final String GIVEN =
      "COALESCE(SUM(points * (credit_class IN (1, 8)) - points * (debit_class IN (1, 8))), 0)";

  private final Database database;
  private final Leadership leadership;
  private volatile long difference;
  private long confirmed;

  Reconciliation(Database database, Leadership leadership, MeterRegistry registry) {
    this.database = database;
    this.leadership = leadership;
    Gauge.builder("dotori.ledger.difference", () -> difference)
        .description("Points by which balances and entries are known to differ: 0, or it is broken")
        .baseUnit("points")
        .register(registry);
  }

  @Scheduled(
      identity = "reconciliation",
      every = "${dotori.points.reconcile-every}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  @LeaderOnly
  void run() {
    long ofTotals = Math.abs(differenceOfTotals());
    // What can be told already is, before what takes longer.
    difference = Math.max(ofTotals, knownDifferences());
    compareKnownDifferences();
    compareMembers();
    if (leadership.isLeader()) {
      difference = Math.max(ofTotals, knownDifferences());
    }
  }

  /** Only the leader looks: what another saw last must not be shown for ever. */
  void changed(@Observes LeadershipChanged change) {
    if (!change.leads()) {
      difference = 0;
      confirmed = 0;
    }
  }

  /** A difference that is new is counted again from the first entry on, before it is believed. */
  private long differenceOfTotals() {
    Optional<Sum> sum = sumSettledEntries();
    if (sum.isEmpty()) {
      return difference;
    }
    long found = differenceFrom(sum.get());
    if (found == 0 || found == confirmed) {
      confirmed = found;
      return found;
    }
    difference = Math.max(difference, Math.abs(found));
    restart();
    sum = sumSettledEntries();
    if (sum.isEmpty()) {
      return found;
    }
    confirmed = differenceFrom(sum.get());
    if (confirmed != 0) {
      LOG.errorf("all balances together are %+d points off all entries", confirmed);
    }
    return confirmed;
  }

  /** What the entries up to a transaction gave to members. */
  private record Sum(UUID through, long points) {}

  /** Adds what has come since; empty when the leadership ended before all was added. */
  private Optional<Sum> sumSettledEntries() {
    UUID settled = firstIdOf(Instant.now().minus(SURELY_COMMITTED));
    while (leadership.isLeader()) {
      Sum sum =
          database
              .find(
                  "SELECT summed_through, points FROM reconciliation WHERE id = 1",
                  row -> new Sum(row.id(1), row.number(2)))
              .orElseThrow();
      Optional<UUID> last = lastOfNext(sum.through(), settled);
      if (last.isEmpty()) {
        return Optional.of(sum);
      }
      long added =
          database
              .find(
                  "SELECT "
                      + GIVEN
                      + " FROM ledger_entry"
                      + " WHERE transaction_id > ? AND transaction_id <= ?",
                  row -> row.number(1),
                  sum.through(),
                  last.get())
              .orElseThrow();
      // Nothing is added twice, should two do this at once.
      database.update(
          "UPDATE reconciliation SET summed_through = ?, points = points + ?"
              + " WHERE id = 1 AND summed_through = ?",
          last.get(),
          added,
          sum.through());
    }
    return Optional.empty();
  }

  private Optional<UUID> lastOfNext(UUID after, UUID before) {
    return database
        .find(
            """
            SELECT MAX(id) FROM
              (SELECT id FROM ledger_transaction WHERE id > ? AND id < ? ORDER BY id LIMIT %d) next
            """
                .formatted(TRANSACTIONS_AT_ONCE),
            row -> Optional.ofNullable(row.idOrNull(1)),
            after,
            before)
        .orElseThrow();
  }

  /** The least id that is made at a time; the first 48 bits of an id are its milliseconds. */
  private static UUID firstIdOf(Instant time) {
    return new UUID(time.toEpochMilli() << 16, 0);
  }

  private long differenceFrom(Sum sum) {
    // One statement, and so one snapshot.
    return database
        .find(
            """
            SELECT (SELECT COALESCE(SUM(points), 0) FROM balance)
              - (SELECT COALESCE(SUM(points), 0) FROM debt)
              - ?
              - (SELECT %s FROM ledger_entry WHERE transaction_id > ?)
            """
                .formatted(GIVEN),
            row -> row.number(1),
            sum.points(),
            sum.through())
        .orElseThrow();
  }

  private void restart() {
    database.update("UPDATE reconciliation SET summed_through = ?, points = 0 WHERE id = 1", FIRST);
  }

  /** Goes on where the last run has ended, and ends after the last member or its time. */
  private void compareMembers() {
    long end = System.nanoTime() + MEMBERS_TIME.toNanos();
    UUID after =
        database
            .find("SELECT next_member FROM reconciliation WHERE id = 1", row -> row.id(1))
            .orElseThrow();
    do {
      List<MemberDifference> compared =
          compare("b.member_id > ? ORDER BY b.member_id LIMIT " + MEMBERS_AT_ONCE, after);
      compared.stream().filter(member -> member.points() != 0).forEach(this::remember);
      after = compared.size() < MEMBERS_AT_ONCE ? FIRST : compared.getLast().memberId();
      database.update("UPDATE reconciliation SET next_member = ? WHERE id = 1", after);
    } while (!after.equals(FIRST) && leadership.isLeader() && System.nanoTime() < end);
  }

  /** Forgets what has been put right. */
  private void compareKnownDifferences() {
    List<UUID> known =
        database.list(
            "SELECT member_id FROM balance_difference ORDER BY found_at LIMIT "
                + DIFFERENCES_AT_ONCE,
            row -> row.id(1));
    for (UUID memberId : known) {
      if (!leadership.isLeader()) {
        return;
      }
      // Without a row there is nothing that the member is told; the totals tell of it.
      remember(
          compare("b.member_id = ?", memberId).stream()
              .findFirst()
              .orElse(new MemberDifference(memberId, 0)));
    }
  }

  /** By how much a member's balance is more than the entries sum to. */
  private record MemberDifference(UUID memberId, long points) {}

  private List<MemberDifference> compare(String which, UUID parameter) {
    return database.list(
        """
        SELECT b.member_id,
          b.points - COALESCE(d.points, 0)
            - COALESCE((SELECT SUM(e.points) FROM ledger_entry e
                WHERE e.credit_account = b.member_id AND e.credit_class IN (1, 8)), 0)
            + COALESCE((SELECT SUM(e.points) FROM ledger_entry e
                WHERE e.debit_account = b.member_id AND e.debit_class IN (1, 8)), 0)
        FROM balance b LEFT JOIN debt d ON d.member_id = b.member_id
        WHERE\s\
        """
            + which,
        row -> new MemberDifference(row.id(1), row.number(2)),
        parameter);
  }

  private void remember(MemberDifference member) {
    if (member.points() == 0) {
      database.update("DELETE FROM balance_difference WHERE member_id = ?", member.memberId());
      LOG.infof("the balance of member %s is right again", member.memberId());
      return;
    }
    int changed =
        database.update(
            "INSERT INTO balance_difference (member_id, points, found_at) VALUES (?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE points = VALUES(points)",
            member.memberId(),
            member.points(),
            Instant.now());
    // 1 says that it is new; 2 or 0 that it was known.
    if (changed == 1) {
      LOG.errorf(
          "the balance of member %s is %+d points off the entries",
          member.memberId(), member.points());
    }
  }

  private long knownDifferences() {
    return database
        .find("SELECT COALESCE(SUM(ABS(points)), 0) FROM balance_difference", row -> row.number(1))
        .orElseThrow();
  }
}
