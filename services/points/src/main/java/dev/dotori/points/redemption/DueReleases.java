package dev.dotori.points.redemption;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/** Releases holds when their time is over: the table says when, and any process may be the one. */
@ApplicationScoped
class DueReleases {

  /** Holds in one transaction: so many members are locked at once, for some milliseconds. */
  private static final int AT_ONCE = 100;

  private final Redemptions redemptions;

  DueReleases(Redemptions redemptions) {
    this.redemptions = redemptions;
  }

  @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void release() {
    while (redemptions.releaseDue(Instant.now(), AT_ONCE) == AT_ONCE) {
      // more of the same
    }
  }
}
