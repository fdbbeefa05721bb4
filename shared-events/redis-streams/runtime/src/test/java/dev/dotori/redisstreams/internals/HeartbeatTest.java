package dev.dotori.redisstreams.internals;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An event loop that has stopped is noticed, one that has not begun is not taken for stopped. */
class HeartbeatTest {

  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final long SECOND = 1_000_000_000L;

  private final Heartbeat heartbeat = new Heartbeat();

  @Test
  void beforeTheFirstBeatNothingIsWrong() {
    assertThat(heartbeat.complaint(Long.MAX_VALUE, LIMIT)).isEmpty();
  }

  @Test
  void silenceBeyondTheLimitIsTold() {
    long start = -5 * SECOND; // the clock may start anywhere
    heartbeat.beat(start);
    assertThat(heartbeat.complaint(start + 2 * SECOND, LIMIT)).isEmpty();
    assertThat(heartbeat.complaint(start + 3 * SECOND, LIMIT))
        .hasValue("its event loop has not run for 3 s");
    heartbeat.beat(start + 3 * SECOND);
    assertThat(heartbeat.complaint(start + 4 * SECOND, LIMIT)).isEmpty();
  }

  @Test
  void aLimitOfZeroIsNone() {
    heartbeat.beat(1);
    assertThat(heartbeat.complaint(100 * SECOND, Duration.ZERO)).isEmpty();
  }
}
