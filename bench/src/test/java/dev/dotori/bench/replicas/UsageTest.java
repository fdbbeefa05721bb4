package dev.dotori.bench.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsageTest {

  private static final long SECOND = 1_000_000_000;

  @Test
  void whatIsUsedWithoutRequestsIsNotTheirs() {
    Usage before = new Usage(0, Map.of("points", 1_000L), Map.of("sqlStatements", 50L));
    Usage idled = new Usage(10 * SECOND, Map.of("points", 21_000L), Map.of("sqlStatements", 150L));
    Usage worked =
        new Usage(14 * SECOND, Map.of("points", 229_000L), Map.of("sqlStatements", 390L));

    Usage.Rate idle = idled.rateSince(before);
    Map<String, Double> each = worked.perRequestSince(idled, 100, idle);

    assertThat(idle.cpuMicros()).containsEntry("points", 2_000.0);
    assertThat(each).containsEntry("cpuMicros points", 2_000.0).containsEntry("sqlStatements", 2.0);
  }

  @Test
  void aRequestNeverUsesLessThanNothing() {
    Usage before = new Usage(0, Map.of("media", 0L), Map.of());
    Usage after = new Usage(SECOND, Map.of("media", 10L), Map.of());

    assertThat(after.perRequestSince(before, 1, new Usage.Rate(Map.of("media", 500.0), Map.of())))
        .containsEntry("cpuMicros media", 0.0);
  }

  @Test
  void theMedianOfAFigureIsItsMiddleRound() {
    assertThat(
            Figures.medians(
                List.of(
                    Map.of("perSecond", 30.0, "cpuMicros points", 1.0),
                    Map.of("perSecond", 10.0, "cpuMicros points", 9.0),
                    Map.of("perSecond", 20.0, "cpuMicros points", 2.0))))
        .containsEntry("perSecond", 20.0)
        .containsEntry("cpuMicros points", 2.0);
  }

  @Test
  void figuresAreKeptToThreeDigitsWithCpuTimesByProcess() {
    assertThat(Figures.nested(Map.of("perSecond", 1_234.5, "cpuMicros points", 987.65)))
        .containsEntry("perSecond", 1_230.0)
        .containsEntry("cpuMicrosEach", Map.of("points", 988.0));
  }
}
