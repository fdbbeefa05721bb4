package dev.dotori.points.expiry;

import dev.dotori.leadership.LeaderOnly;
import dev.dotori.leadership.Leadership;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/**
 * Expires points when their time is over. The leader does it, so that the others don't ask the
 * table as well; it would be right without one, since each balance is locked by who opens it.
 */
@ApplicationScoped
class DueExpiries {

  /** Members in one transaction: so many are locked at once, for some milliseconds. */
  private static final int AT_ONCE = 100;

  private final Expiry expiry;
  private final Leadership leadership;

  DueExpiries(Expiry expiry, Leadership leadership) {
    this.expiry = expiry;
    this.leadership = leadership;
  }

  @Scheduled(every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  @LeaderOnly
  void expire() {
    while (leadership.isLeader() && expiry.expireDue(Instant.now(), AT_ONCE) == AT_ONCE) {
      // more of the same
    }
  }
}
