package dev.dotori.redisstreams.internals;

import java.time.Duration;
import java.util.Optional;

/** Tells other threads whether a channel's event loop still runs. */
final class Heartbeat {

  /** By {@link System#nanoTime()}; 0 before the first. */
  private volatile long at;

  /** The event loop runs. */
  void beat(long now) {
    at = now == 0 ? 1 : now;
  }

  /** What is wrong if it has not run for this long; a limit of zero is none. */
  Optional<String> complaint(long now, Duration limit) {
    long last = at;
    return last == 0 || limit.isZero() || now - last <= limit.toNanos()
        ? Optional.empty()
        : Optional.of(
            "its event loop has not run for %d s"
                .formatted(Duration.ofNanos(now - last).toSeconds()));
  }
}
