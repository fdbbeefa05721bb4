package dev.dotori.local.replay;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What every customer must have at the end, computed from the input by the rule in the API's
 * description. Deliberately of its own, with fractions kept as fractions: it shares no line with
 * the service whose results it checks.
 */
final class ExpectedPoints {

  private final BigDecimal earnRate;
  private final Map<String, BigInteger> byCustomer = new HashMap<>();
  private BigInteger total = BigInteger.ZERO;

  /**
   * @param earnRate points per cent
   */
  ExpectedPoints(BigDecimal earnRate) {
    this.earnRate = earnRate;
  }

  static ExpectedPoints of(Plan plan, BigDecimal earnRate) {
    ExpectedPoints expected = new ExpectedPoints(earnRate);
    plan.purchases().forEach(expected::add);
    return expected;
  }

  private void add(Plan.Purchase purchase) {
    BigInteger earned = earned(purchase.record().cents());
    List<String> participants = purchase.participants();
    List<BigInteger> portions =
        split(earned, participants.stream().map(_ -> BigInteger.ONE).toList());
    for (int i = 0; i < portions.size(); i++) {
      byCustomer.merge(participants.get(i), portions.get(i), BigInteger::add);
    }
    total = total.add(earned);
  }

  /** {@code floor(cents × earnRate)}. */
  BigInteger earned(long cents) {
    return BigDecimal.valueOf(cents)
        .multiply(earnRate)
        .setScale(0, RoundingMode.FLOOR)
        .toBigIntegerExact();
  }

  /**
   * Everyone gets the whole points of their exact part; the points left over go one each to those
   * who lost the largest fraction, the earlier first among equals.
   */
  static List<BigInteger> split(BigInteger earned, List<BigInteger> weights) {
    BigInteger sum = weights.stream().reduce(BigInteger.ZERO, BigInteger::add);
    BigInteger[] portions = new BigInteger[weights.size()];
    BigInteger[] lost = new BigInteger[weights.size()];
    BigInteger left = earned;
    for (int i = 0; i < portions.length; i++) {
      BigInteger[] exact = earned.multiply(weights.get(i)).divideAndRemainder(sum);
      portions[i] = exact[0];
      lost[i] = exact[1];
      left = left.subtract(exact[0]);
    }
    List<Integer> whoLostMost =
        IntStream.range(0, lost.length)
            .boxed()
            .sorted(
                Comparator.comparing((Integer i) -> lost[i])
                    .reversed()
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    for (int i = 0; i < left.intValueExact(); i++) {
      int winner = whoLostMost.get(i);
      portions[winner] = portions[winner].add(BigInteger.ONE);
    }
    return List.of(portions);
  }

  BigInteger of(String customer) {
    return byCustomer.getOrDefault(customer, BigInteger.ZERO);
  }

  /** All points that all purchases earn. */
  BigInteger total() {
    return total;
  }
}
