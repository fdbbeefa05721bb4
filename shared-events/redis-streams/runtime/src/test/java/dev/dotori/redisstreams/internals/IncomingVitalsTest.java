package dev.dotori.redisstreams.internals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dotori.redisstreams.internals.InFlight.OldestInWork;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What makes a channel count as not alive, and what does not. */
class IncomingVitalsTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long START = -3 * SECOND; // the clock may start anywhere

  private final IncomingVitals vitals =
      new IncomingVitals(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(60));

  @Test
  void aChannelThatHasNotBegunIsAlive() {
    assertThat(vitals.complaint(START)).isEmpty();
  }

  @Test
  void readsThatAreAnsweredAreWell() {
    for (int second = 0; second < 100; second += 2) {
      long now = START + second * SECOND;
      vitals.beat(now, true, now - SECOND, null);
      assertThat(vitals.complaint(now)).isEmpty();
    }
  }

  @Test
  void aReadThatIsOverdueIsNot() {
    for (int second = 0; second <= 12; second++) {
      vitals.beat(START + second * SECOND, true, START, null);
      assertThat(vitals.complaint(START + second * SECOND)).isEmpty();
    }
    vitals.beat(START + 13 * SECOND, true, START, null);
    assertThat(vitals.complaint(START + 13 * SECOND))
        .hasValue("Redis is connected and has not answered a read for 13 s");
  }

  @Test
  void timeWithoutAReadThatIsDueDoesNotCount() {
    // No connection, or no room, for a minute; then a read begins, the last answer long ago.
    for (int second = 0; second < 60; second++) {
      vitals.beat(START + second * SECOND, false, START, null);
    }
    vitals.beat(START + 60 * SECOND, true, START, null);
    assertThat(vitals.complaint(START + 60 * SECOND)).isEmpty();
  }

  @Test
  void anEntryThatIsNeverSettledIsNot() {
    OldestInWork entry = new OldestInWork("orders", "1-0", START);
    vitals.beat(START + 60 * SECOND, false, START, entry);
    assertThat(vitals.complaint(START + 60 * SECOND)).isEmpty();
    vitals.beat(START + 61 * SECOND, false, START, entry);
    assertThat(vitals.complaint(START + 61 * SECOND))
        .hasValue("entry 1-0 of stream orders was handed over 61 s ago and is not settled");
  }

  @Test
  void anEventLoopThatStoppedIsNot() {
    vitals.beat(START, true, START, null);
    assertThat(vitals.complaint(START + 11 * SECOND))
        .hasValue("its event loop has not run for 11 s");
  }

  @Test
  void aLimitOfZeroIsNone() {
    IncomingVitals unlimited =
        new IncomingVitals(Duration.ofSeconds(2), Duration.ZERO, Duration.ZERO);
    unlimited.beat(START, true, START, new OldestInWork("orders", "1-0", START));
    assertThat(unlimited.complaint(START + 1_000_000 * SECOND)).isEmpty();
  }
}
