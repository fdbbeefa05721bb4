package dev.dotori.leadership;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The end of taking part in an election, which whoever waits there learns of at once. */
final class Departure {

  private final CountDownLatch left = new CountDownLatch(1);

  /** Leaves; again does nothing. */
  void leave() {
    left.countDown();
  }

  boolean isLeft() {
    return left.getCount() == 0;
  }

  /** Waits for so long, or less when it is left meanwhile. For an election's own thread. */
  void pause(Duration duration) {
    try {
      left.await(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody does that to a thread of its own.
      throw new IllegalStateException(e);
    }
  }
}
