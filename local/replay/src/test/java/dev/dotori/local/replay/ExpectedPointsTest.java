package dev.dotori.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectedPointsTest {

  /** Worked out by hand from the rule. */
  @ParameterizedTest
  @CsvSource({
    "117, '1',         '117'",
    "10,  '1 1 1',     '4 3 3'",
    "11,  '1 1 1',     '4 4 3'",
    "1,   '1 1 1 1 1', '1 0 0 0 0'",
    "0,   '1 1',       '0 0'",
    "10,  '1 2',       '3 7'",
    "5,   '3 1 1',     '3 1 1'",
    "7,   '1000 1',    '7 0'",
    "2,   '1 1 2',     '1 0 1'"
  })
  void splitsByTheRule(long earned, String weights, String portions) {
    assertThat(ExpectedPoints.split(BigInteger.valueOf(earned), numbers(weights)))
        .isEqualTo(numbers(portions));
  }

  @Test
  void splitsWithoutLosingOrMakingAPoint() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 10_000; i++) {
      BigInteger earned = BigInteger.valueOf(random.nextLong(100_000));
      List<BigInteger> weights =
          IntStream.rangeClosed(0, random.nextInt(20))
              .mapToObj(_ -> BigInteger.valueOf(1 + random.nextInt(1_000)))
              .toList();

      BigInteger sum =
          ExpectedPoints.split(earned, weights).stream().reduce(BigInteger.ZERO, BigInteger::add);

      assertThat(sum).isEqualTo(earned);
    }
  }

  @Test
  void earnsTheFloor() {
    ExpectedPoints points = new ExpectedPoints(new BigDecimal("0.1"));

    assertThat(points.earned(1_177)).isEqualTo(117);
    assertThat(points.earned(9)).isZero();
    assertThat(points.earned(1_000_000_000_001L)).isEqualTo(100_000_000_000L);
  }

  @Test
  void addsUpWhatEachCustomerGets() {
    Plan plan =
        new Plan(
            "key",
            List.of("1", "2"),
            List.of(
                new Plan.Purchase(new PurchaseRecord(1, "1", LocalDate.EPOCH, 110), List.of("2")),
                new Plan.Purchase(new PurchaseRecord(2, "2", LocalDate.EPOCH, 50), List.of())));

    ExpectedPoints points = ExpectedPoints.of(plan, new BigDecimal("0.1"));

    assertThat(points.of("1")).isEqualTo(6);
    assertThat(points.of("2")).isEqualTo(10);
    assertThat(points.total()).isEqualTo(16);
  }

  private static List<BigInteger> numbers(String text) {
    return Arrays.stream(text.split(" ")).map(BigInteger::new).toList();
  }
}
