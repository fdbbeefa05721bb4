package dev.dotori.leadership;

import java.time.Duration;

/**
 * A moment of this process, by both of its clocks. The monotonic one may stand still while the
 * machine is suspended; the other is set now and then.
 */
record Moment(long monotonicNanos, long wallMillis) {

  static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  /** Not more than the time that has passed. */
  Duration leastAge() {
    return Duration.ofNanos(System.nanoTime() - monotonicNanos);
  }

  /** Not less than the time that has passed, unless a clock was set back while it stood still. */
  Duration mostAge() {
    Duration byWall = Duration.ofMillis(System.currentTimeMillis() - wallMillis);
    Duration byMonotonic = leastAge();
    return byWall.compareTo(byMonotonic) > 0 ? byWall : byMonotonic;
  }
}
