package dev.dotori.points.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class EarnRateTest {

  @ParameterizedTest
  @CsvSource({
    "0.1, 2933, 293",
    "0.1, 9, 0",
    "0.1, 10, 1",
    "1, 2933, 2933",
    "0, 2933, 0",
    "0.29, 100, 29", // 28.999… in floating point
    "0.000000000000000001, 1000000000000, 0",
    "1.15, 100, 115"
  })
  void earnsTheFloorOfTheExactProduct(String rate, long amount, long points) {
    assertThat(new EarnRate(rate).pointsFor(amount)).isEqualTo(BigInteger.valueOf(points));
  }

  @Test
  void neverOverflows() {
    assertThat(new EarnRate("999999999999999999").pointsFor(1_000_000_000_000L))
        .isEqualTo(new BigInteger("999999999999999999000000000000"));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "-0.1",
        "1e9",
        "0,1",
        ".5",
        "5.",
        "0x1",
        "NaN",
        " 1",
        "0.0000000000000000001",
        "١"
      })
  void refusesWhatIsNotAPlainDecimal(String text) {
    assertThatThrownBy(() -> new EarnRate(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
