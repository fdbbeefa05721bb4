package dev.dotori.socialshare.share;

import dev.dotori.socialshare.SocialShareConfig;
import dev.dotori.socialshare.share.Share.Claim;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Finds shares that are due and has each published on a virtual thread, so many at a time.
 *
 * <p>What is due is in the database, so any number of processes may do this side by side, and what
 * one of them leaves behind when it dies is due again when its lease is over.
 */
@ApplicationScoped
class ShareDispatcher {

  private final ShareService shares;
  private final SharePublisher publisher;
  private final SocialShareConfig config;
  private final Semaphore free;
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("share-", 0).factory());
  private volatile boolean idle;

  ShareDispatcher(ShareService shares, SharePublisher publisher, SocialShareConfig config) {
    this.shares = shares;
    this.publisher = publisher;
    this.config = config;
    this.free = new Semaphore(config.dispatch().concurrency());
    this.idle = !config.dispatch().enabled();
  }

  @Scheduled(
      every = "${dotori.social-share.dispatch.interval:1s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void dispatch() {
    while (!idle) {
      int wanted = free.drainPermits();
      if (wanted == 0) {
        return;
      }
      List<Claim> claims;
      try {
        claims = shares.claimDue(wanted);
      } catch (RuntimeException e) {
        free.release(wanted);
        throw e;
      }
      free.release(wanted - claims.size());
      claims.forEach(this::start);
      if (claims.size() < wanted) {
        return;
      }
    }
  }

  /** Looks for work right now, since there is some. */
  void wake() {
    if (!idle) {
      workers.execute(this::dispatchQuietly);
    }
  }

  private void dispatchQuietly() {
    try {
      dispatch();
    } catch (RuntimeException e) {
      Log.warnf("Due shares could not be read; the next look is soon: %s", e.getMessage());
    }
  }

  private void start(Claim claim) {
    workers.execute(() -> {
      try {
        publisher.attempt(claim);
      } catch (RuntimeException e) {
        // The report failed: the lease runs out, and whoever takes the share over finds the note.
        Log.errorf(e, "What became of share %s could not be kept", claim.share().id());
      } finally {
        free.release();
      }
    });
  }

  /**
   * Attempts under way come to their end; what isn't done by then is taken over after its lease.
   */
  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    idle = true;
    workers.shutdown();
    long patience = config.requestTimeout().toMillis();
    if (!workers.awaitTermination(patience, TimeUnit.MILLISECONDS)) {
      workers.shutdownNow();
    }
  }
}
