package dev.dotori.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaTest {

  @Test
  void readsCallsAndWindow() {
    assertThat(Quota.of("600/1m")).isEqualTo(new Quota(600, Duration.ofMinutes(1)));
    assertThat(Quota.of("10/30s")).isEqualTo(new Quota(10, Duration.ofSeconds(30)));
    assertThat(Quota.of("5000/2h")).isEqualTo(new Quota(5_000, Duration.ofHours(2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "600", "0/1m", "-1/1m", "600/0s", "600/1d", "600/m", "1e3/1m"})
  void refusesWhatIsNone(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Quota.of(text));
  }
}
