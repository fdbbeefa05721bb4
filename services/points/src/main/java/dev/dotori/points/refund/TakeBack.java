package dev.dotori.points.refund;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What refunds take back of a purchase's points, exactly.
 *
 * <p>Rounding is cumulative: each refund brings what was taken in all to the proportion of what was
 * refunded in all. So many small refunds take what a large one would, and the last one takes the
 * rest to the point.
 */
final class TakeBack {

  private TakeBack() {}

  /**
   * What is to be taken in all, once so much is refunded: {@code floor(earned × refunded /
   * amount)}.
   *
   * @param amount of the purchase, 1 or more
   * @param refunded of that amount in all, 0 to {@code amount}
   */
  static long total(long earned, long refunded, long amount) {
    return times(earned, refunded).divide(BigInteger.valueOf(amount)).longValueExact();
  }

  /**
   * What is to be taken of each participant in all, once {@code total} is taken of all of them.
   *
   * <p>The exact part of a participant is {@code portion × total / earned}. Each gives the whole
   * points of it, but never gets any back that earlier refunds took; what is left over goes one
   * point each to the largest fractional remainders, ties to the earlier participant. (Splitting
   * each total anew by largest remainders would now and then give a point back: a larger total can
   * have a smaller part for somebody.)
   *
   * @param portions what each participant got
   * @param before what was taken of each so far; all 0 for the first refund
   * @param total what is to be taken in all: the sum of {@code before} or more, and not more than
   *     the sum of {@code portions}
   * @return for each at least what was taken before, at most the portion; the sum is {@code total}
   */
  static List<Long> of(List<Long> portions, List<Long> before, long total) {
    long earned = portions.stream().mapToLong(Long::longValue).sum();
    int count = portions.size();
    if (total == 0) {
      return before;
    }
    BigInteger divisor = BigInteger.valueOf(earned);
    long[] taken = new long[count];
    long[] remainders = new long[count];
    for (int i = 0; i < count; i++) {
      BigInteger[] part = times(portions.get(i), total).divideAndRemainder(divisor);
      long whole = part[0].longValueExact();
      taken[i] = Math.max(whole, before.get(i));
      // Whoever gave more than the whole points before has given this remainder's point already.
      remainders[i] = taken[i] > whole ? 0 : part[1].longValueExact();
    }
    long leftOver = total - Arrays.stream(taken).sum();
    if (leftOver >= 0) {
      by(count, Comparator.comparingLong((Integer i) -> remainders[i]).reversed())
          .limit(leftOver)
          .forEach(i -> taken[i]++);
    } else {
      spare(taken, before, remainders, -leftOver);
    }
    return Arrays.stream(taken).boxed().toList();
  }

  /**
   * When points that were taken early leave too few for the whole points of all, those wait for
   * theirs who are the least behind.
   */
  private static void spare(long[] taken, List<Long> before, long[] remainders, long points) {
    List<Integer> order =
        by(taken.length, Comparator.comparingLong((Integer i) -> remainders[i])).boxed().toList();
    long left = points;
    while (left > 0) {
      for (int i : order) {
        if (left > 0 && taken[i] > before.get(i)) {
          taken[i]--;
          left--;
        }
      }
    }
  }

  private static IntStream by(int count, Comparator<Integer> order) {
    return IntStream.range(0, count).boxed().sorted(order).mapToInt(Integer::intValue);
  }

  private static BigInteger times(long a, long b) {
    return BigInteger.valueOf(a).multiply(BigInteger.valueOf(b));
  }
}
