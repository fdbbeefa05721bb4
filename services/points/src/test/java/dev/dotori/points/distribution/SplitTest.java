package dev.dotori.points.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.events.Portion;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SplitTest {

  private static final int CASES = 20_000;

  @Test
  void theBuyerAloneGetsAll() {
    assertThat(points(293, 7)).containsExactly(293L);
  }

  @Test
  void equalWeightsGiveTheLeftOverToTheEarlier() {
    // 293 / 4 = 73 and a quarter: all remainders are alike, so the order decides.
    assertThat(points(293, 1, 1, 1, 1)).containsExactly(74L, 73L, 73L, 73L);
  }

  @Test
  void theLeftOverGoesToTheLargestRemainderNotToTheFirst() {
    // 10 × 1/6 = 1 4/6, 10 × 2/6 = 3 2/6, 10 × 3/6 = 5: one point is left, and 4/6 is the largest.
    assertThat(points(10, 3, 2, 1)).containsExactly(5L, 3L, 2L);
  }

  @Test
  void nothingEarnedIsNothingForEach() {
    assertThat(points(0, 5, 3, 1)).containsExactly(0L, 0L, 0L);
  }

  @Test
  void fewerPointsThanParticipantsGoToTheHeaviest() {
    assertThat(points(1, 1, 1000)).containsExactly(0L, 1L);
  }

  @Test
  void theLargestEarningOverflowsNowhere() {
    assertThat(points(Long.MAX_VALUE, 1000, 999, 1))
        .containsExactly(oracle(Long.MAX_VALUE, new int[] {1000, 999, 1}));
  }

  @Test
  void agreesWithRationalArithmetic() {
    for (long seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      int[] weights = random.ints(1 + random.nextInt(20), 1, 1 + random.nextInt(1, 1001)).toArray();
      // Of every size: from a few points up to all 63 bits.
      long earned = random.nextLong(Long.MAX_VALUE) >>> random.nextInt(63);
      assertThat(points(earned, weights))
          .as("seed %d: %d points by %s", seed, earned, weights)
          .containsExactly(oracle(earned, weights));
    }
  }

  @Test
  void sumsToTheEarningAndIsWithinAPointOfTheExactPart() {
    for (long seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      int[] weights = random.ints(1 + random.nextInt(20), 1, 1001).toArray();
      long earned = random.nextLong(1_000_000_000_000_000L);
      List<Long> points = points(earned, weights);
      assertThat(points.stream().mapToLong(Long::longValue).sum())
          .as("seed %d", seed)
          .isEqualTo(earned);
      BigInteger total = BigInteger.valueOf(java.util.stream.IntStream.of(weights).sum());
      for (int i = 0; i < weights.length; i++) {
        BigInteger exactTimesTotal =
            BigInteger.valueOf(earned).multiply(BigInteger.valueOf(weights[i]));
        BigInteger off =
            BigInteger.valueOf(points.get(i)).multiply(total).subtract(exactTimesTotal).abs();
        assertThat(off).as("seed %d, participant %d", seed, i).isLessThan(total);
      }
    }
  }

  @Test
  void refusesAWeightOutOfBounds() {
    assertThatThrownBy(() -> new Participant(UUID.randomUUID(), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Participant(UUID.randomUUID(), 1001))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Long> points(long earned, int... weights) {
    List<Participant> participants = new ArrayList<>();
    for (int weight : weights) {
      participants.add(new Participant(UUID.randomUUID(), weight));
    }
    return Split.of(earned, participants).stream().map(Portion::points).toList();
  }

  /** The rule in docs/ledger.md, word for word, on integers without bounds. */
  private static Long[] oracle(long earned, int[] weights) {
    BigInteger total = BigInteger.ZERO;
    for (int weight : weights) {
      total = total.add(BigInteger.valueOf(weight));
    }
    Long[] points = new Long[weights.length];
    BigInteger[] fractions = new BigInteger[weights.length];
    long leftOver = earned;
    for (int i = 0; i < weights.length; i++) {
      BigInteger[] part =
          BigInteger.valueOf(earned)
              .multiply(BigInteger.valueOf(weights[i]))
              .divideAndRemainder(total);
      points[i] = part[0].longValueExact();
      fractions[i] = part[1];
      leftOver -= points[i];
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      order.add(i);
    }
    order.sort(
        Comparator.comparing((Integer i) -> fractions[i])
            .reversed()
            .thenComparing(Comparator.naturalOrder()));
    for (int i = 0; i < leftOver; i++) {
      points[order.get(i)]++;
    }
    return points;
  }
}
