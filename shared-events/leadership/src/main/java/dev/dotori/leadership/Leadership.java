package dev.dotori.leadership;

import java.time.Duration;

/**
 * Says whether this process is the one that does what one replica does at a time.
 *
 * <p>Work under it is annotated {@link LeaderOnly} and made of steps, such as one transaction, each
 * shorter than {@link #LONGEST_STEP}; a loop asks before each of them:
 *
 * <pre>{@code
 * @Scheduled(every = "1s", concurrentExecution = SKIP)
 * @LeaderOnly
 * void expire() {
 *   while (leadership.isLeader() && expireSome()) {
 *     // more of the same
 *   }
 * }
 * }</pre>
 *
 * <p>A step that keeps to its length is over before the next leader's first begins. No lock outside
 * of the data can promise that of a process that is stopped in the middle of a step and goes on
 * much later: a step that must not be done twice says so in the rows it changes, or asks again
 * before its commit.
 */
public interface Leadership {

  /** What one step may take at the most: for so long a new leader leaves its predecessor alone. */
  Duration LONGEST_STEP = Duration.ofSeconds(10);

  /**
   * Whether a step may begin now. Never waits to become the leader, but may ask MySQL, which takes
   * a fraction of a millisecond, and 5 seconds at the most when it hangs: not for event loops.
   *
   * @return false also when that is not known, and from the beginning of the shutdown on
   */
  boolean isLeader();
}
