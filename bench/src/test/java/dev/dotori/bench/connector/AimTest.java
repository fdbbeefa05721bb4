package dev.dotori.bench.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AimTest {

  @Test
  void aRateIsToBeAtLeastWhatIsWanted() {
    assertThat(Aim.atLeast(0.5, "", "rate", 0.5).getVerdict()).isEqualTo("ok");
    assertThat(Aim.atLeast(0.5, "", "rate", 0.49).getVerdict()).isEqualTo("missed");
  }

  @Test
  void aTimeIsToBeAtMostWhatIsWanted() {
    assertThat(Aim.atMost(5, "ms", "p99", 5).getVerdict()).isEqualTo("ok");
    assertThat(Aim.atMost(5, "ms", "p99", 5.01).getVerdict()).isEqualTo("missed");
  }

  @Test
  void theVerdictIsWrittenAndAResultComesBackAsItWas() {
    PartResult result =
        new PartResult(
            Map.of("rounds", 5),
            List.of(List.of("shape"), List.of("publish")),
            Map.of("peakPerSecond", 100),
            List.of(Aim.atMost(5, "ms", "p99", 6)));

    String json = result.toJson();

    assertThat(json).contains("\"verdict\" : \"missed\"");
    assertThat(PartResult.of(json)).isEqualTo(result);
  }
}
