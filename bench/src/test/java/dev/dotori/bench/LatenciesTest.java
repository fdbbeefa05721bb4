package dev.dotori.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {

  @Test
  void aPercentileIsTheSmallestTimeThatSoManyAreNotAbove() {
    long[] oneToThousandMillis =
        LongStream.rangeClosed(1, 1_000).map(millis -> (1_001 - millis) * 1_000_000).toArray();

    Latencies latencies = Latencies.of(oneToThousandMillis);

    assertThat(latencies).isEqualTo(new Latencies(1_000, 500, 990, 999, 1_000));
  }

  @Test
  void ofOneTimeEachPercentileIsThatTime() {
    assertThat(Latencies.of(new long[] {1_500_000}))
        .isEqualTo(new Latencies(1, 1.5, 1.5, 1.5, 1.5));
  }

  @Test
  void ofMillionsOfTimesTheRankIsRight() {
    long[] times = new long[3_000_000];
    Arrays.fill(times, 1_000_000);
    Arrays.fill(times, 2_997_000, times.length, 2_000_000);

    assertThat(Latencies.of(times)).isEqualTo(new Latencies(3_000_000, 1, 1, 1, 2));
  }
}
