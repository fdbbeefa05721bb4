package dev.dotori.points.refund;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arithmetic of refunds, without a database. */
class TakeBackTest {

  @Test
  void aFullRefundTakesAll() {
    assertThat(TakeBack.of(List.of(147L, 146L), List.of(0L, 0L), 293)).containsExactly(147L, 146L);
  }

  @Test
  void aPartTakesItsProportionFromEach() {
    assertThat(TakeBack.of(List.of(60L, 40L), List.of(0L, 0L), 50)).containsExactly(30L, 20L);
  }

  @Test
  void whatIsLeftOverGoesToTheLargestRemaindersThenToTheEarlier() {
    // 3.5, 1.5 and 2 of 7, and 1/3 of each of 3
    assertThat(TakeBack.of(List.of(7L, 3L, 4L), List.of(0L, 0L, 0L), 7))
        .containsExactly(4L, 1L, 2L);
    assertThat(TakeBack.of(List.of(1L, 1L, 1L), List.of(0L, 0L, 0L), 1))
        .containsExactly(1L, 0L, 0L);
  }

  @Test
  void whoGaveAPointEarlyGivesTheNextOneLater() {
    assertThat(TakeBack.of(List.of(1L, 1L, 1L), List.of(1L, 0L, 0L), 2))
        .containsExactly(1L, 1L, 0L);
  }

  @Test
  void manyCentsTakeWhatOneRefundWould() {
    long taken = 0;
    for (int cent = 1; cent <= 1000; cent++) {
      long total = TakeBack.total(33, cent, 1000);
      assertThat(total).isGreaterThanOrEqualTo(taken);
      taken = total;
    }
    assertThat(taken).isEqualTo(33);
    assertThat(TakeBack.total(33, 500, 1000)).isEqualTo(16);
  }

  @Test
  void theLargestNumbersAreExact() {
    long earned = 1_000_000_000_000_000L;
    assertThat(TakeBack.total(earned, 999_999_999_999L, 1_000_000_000_000L))
        .isEqualTo(999_999_999_999_000L);
    List<Long> portions = List.of(earned / 2 + 1, earned / 2 - 1);
    assertThat(TakeBack.of(portions, List.of(0L, 0L), earned - 1))
        .containsExactly(earned / 2, earned / 2 - 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anySeriesOfRefundsTakesEachOnesPartNeverGivesBackAndEndsWithAll(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      List<Long> portions = portions(random);
      long earned = sum(portions);
      List<Long> before = Collections.nCopies(portions.size(), 0L);
      long total = 0;
      while (total < earned) {
        long step = random.nextInt(3) == 0 ? 1 : 1 + random.nextLong(earned);
        total = Math.min(earned, total + step);
        List<Long> after = TakeBack.of(portions, before, total);
        assertRight(portions, before, after, total, seed);
        before = after;
      }
      assertThat(before).as("seed %d", seed).isEqualTo(portions);
    }
  }

  private static void assertRight(
      List<Long> portions, List<Long> before, List<Long> after, long total, long seed) {
    String what = "seed %d: %s of %s, before %s".formatted(seed, total, portions, before);
    assertThat(sum(after)).as(what).isEqualTo(total);
    for (int i = 0; i < portions.size(); i++) {
      assertThat(after.get(i)).as(what).isBetween(before.get(i), portions.get(i));
      // |after × earned - portion × total| < 2 × earned: less than two points from the exact part.
      BigInteger earned = BigInteger.valueOf(sum(portions));
      BigInteger off =
          BigInteger.valueOf(after.get(i))
              .multiply(earned)
              .subtract(BigInteger.valueOf(portions.get(i)).multiply(BigInteger.valueOf(total)))
              .abs();
      assertThat(off).as(what).isLessThan(earned.multiply(BigInteger.TWO));
    }
  }

  private static List<Long> portions(Random random) {
    long bound = random.nextBoolean() ? 4 : 60;
    List<Long> portions =
        LongStream.generate(() -> random.nextLong(bound))
            .limit(1 + random.nextInt(8))
            .boxed()
            .toList();
    return sum(portions) == 0 ? List.of(1L, 0L) : portions;
  }

  private static long sum(List<Long> points) {
    return points.stream().mapToLong(Long::longValue).sum();
  }
}
