package dev.dotori.points.refund;

import dev.dotori.leadership.LeaderOnly;
import dev.dotori.leadership.Leadership;
import dev.dotori.points.database.Database;
import dev.dotori.points.ledger.Holdings;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Lets members who have points again pay what they owe.
 *
 * <p>Opening a holding pays first, so nobody can use points that are owed, and a member is told of
 * the balance without them. What is done here is to post that soon for those who use none.
 */
@ApplicationScoped
class DueSettlements {

  /** Members in one transaction: so many are locked at once, for some milliseconds. */
  private static final int AT_ONCE = 100;

  private final Database database;
  private final Holdings holdings;
  private final Leadership leadership;

  DueSettlements(Database database, Holdings holdings, Leadership leadership) {
    this.database = database;
    this.holdings = holdings;
    this.leadership = leadership;
  }

  @Scheduled(every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  @LeaderOnly
  void settle() {
    while (leadership.isLeader()
        && QuarkusTransaction.requiringNew().call(this::settleSome) == AT_ONCE) {
      // more of the same
    }
  }

  private int settleSome() {
    // Whom another process has locked is paying already, or will the next time.
    List<UUID> due =
        database.list(
            "SELECT d.member_id FROM debt d JOIN balance b ON b.member_id = d.member_id"
                + " WHERE d.points > 0 AND b.points > 0 LIMIT ? FOR UPDATE SKIP LOCKED",
            row -> row.id(1),
            AT_ONCE);
    if (!due.isEmpty()) {
      holdings.open(due, Instant.now());
    }
    return due.size();
  }
}
