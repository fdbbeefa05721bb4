package dev.dotori.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalLimiterTest {

  private final AtomicLong clockMicros = new AtomicLong(1_000_000);
  private final LocalLimiter limiter = new LocalLimiter(clockMicros::get);
  private final Quota threePerThreeSeconds = Quota.of("3/3s");

  @Test
  void admitsTheWholeQuotaAtOnceAndNotOneMore() {
    assertThat(decide("a").remaining()).isEqualTo(2);
    assertThat(decide("a").remaining()).isEqualTo(1);
    assertThat(decide("a").remaining()).isZero();

    Decision fourth = decide("a");

    assertThat(fourth.admitted()).isFalse();
    assertThat(fourth.retryMillis()).isEqualTo(1_000);
    assertThat(fourth.resetMillis()).isEqualTo(3_000);
  }

  @Test
  void givesBackOneCallAfterEachInterval() {
    for (int i = 0; i < 4; i++) {
      decide("a");
    }

    clockMicros.addAndGet(1_000_000);

    assertThat(decide("a").admitted()).isTrue();
    assertThat(decide("a").admitted()).isFalse();
  }

  @Test
  void countsEachCallerAlone() {
    for (int i = 0; i < 4; i++) {
      decide("a");
    }

    assertThat(decide("b").admitted()).isTrue();
  }

  private Decision decide(String caller) {
    return limiter.decide("write", caller, threePerThreeSeconds);
  }
}
