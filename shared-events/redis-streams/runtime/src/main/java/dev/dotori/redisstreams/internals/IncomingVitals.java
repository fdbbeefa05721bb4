package dev.dotori.redisstreams.internals;

import dev.dotori.redisstreams.internals.InFlight.OldestInWork;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether an incoming channel is alive, as opposed to without Redis: noted by its event loop a few
 * times a second, and judged by health checks on other threads.
 *
 * <p>A channel is not alive if its event loop no longer runs, if a read that is due was not
 * answered while there is a connection, or if an entry was handed over and is not settled for
 * longer than any work should take. Time without a connection counts for none of them: starting the
 * process anew would not bring Redis back.
 */
final class IncomingVitals {

  private final Duration pollMaxAge;
  private final Duration block;
  private final Duration unprocessedMaxAge;

  private final Heartbeat eventLoop = new Heartbeat();
  private volatile Noted noted;

  /**
   * @param polledAt when a read was last answered, or none was due
   */
  private record Noted(long polledAt, OldestInWork oldest) {}

  /**
   * @param block how long a read may wait in Redis
   * @param pollMaxAge how long beyond that it may be overdue; zero for no limit
   * @param unprocessedMaxAge how long an entry may be in work; zero for no limit
   */
  IncomingVitals(Duration block, Duration pollMaxAge, Duration unprocessedMaxAge) {
    this.block = block;
    this.pollMaxAge = pollMaxAge;
    this.unprocessedMaxAge = unprocessedMaxAge;
  }

  /**
   * Notes how things stand. On the channel's event loop.
   *
   * @param readDue whether there is a connection and a read should be under way
   * @param readAnsweredAt when Redis last answered one, by {@link System#nanoTime()}
   * @param oldest the entry in work for longest, or null
   */
  void beat(long now, boolean readDue, long readAnsweredAt, OldestInWork oldest) {
    eventLoop.beat(now);
    Noted before = noted;
    long polledAt = readDue && before != null ? Math.max(before.polledAt, readAnsweredAt) : now;
    noted = new Noted(polledAt, oldest);
  }

  /** Why the channel is not alive; nothing if it is, or has not begun. On any thread. */
  Optional<String> complaint(long now) {
    Noted last = noted;
    if (last == null) {
      return Optional.empty();
    }
    Optional<String> stopped = eventLoop.complaint(now, pollMaxAge);
    if (stopped.isPresent()) {
      return stopped;
    }
    if (isOlder(now, last.polledAt + block.toNanos(), pollMaxAge)) {
      return Optional.of(
          "Redis is connected and has not answered a read for " + seconds(now - last.polledAt));
    }
    if (last.oldest != null && isOlder(now, last.oldest.since(), unprocessedMaxAge)) {
      return Optional.of(
          "entry %s of stream %s was handed over %s ago and is not settled"
              .formatted(
                  last.oldest.id(), last.oldest.stream(), seconds(now - last.oldest.since())));
    }
    return Optional.empty();
  }

  private static boolean isOlder(long now, long then, Duration limit) {
    return !limit.isZero() && now - then > limit.toNanos();
  }

  private static String seconds(long nanos) {
    return Duration.ofNanos(nanos).toSeconds() + " s";
  }
}
