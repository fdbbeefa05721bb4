package dev.dotori.points.redemption;

import dev.dotori.leadership.LeaderOnly;
import dev.dotori.leadership.Leadership;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/**
 * Releases holds when their time is over. The leader does it, so that the others don't ask the
 * table as well; it would be right without one, since each hold is locked by who releases it.
 */
@ApplicationScoped
class DueReleases {

  /** Holds in one transaction: so many members are locked at once, for some milliseconds. */
  private static final int AT_ONCE = 100;

  private final Redemptions redemptions;
  private final Leadership leadership;

  DueReleases(Redemptions redemptions, Leadership leadership) {
    this.redemptions = redemptions;
    this.leadership = leadership;
  }

  @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  @LeaderOnly
  void release() {
    while (leadership.isLeader() && redemptions.releaseDue(Instant.now(), AT_ONCE) == AT_ONCE) {
      // more of the same
    }
  }
}
