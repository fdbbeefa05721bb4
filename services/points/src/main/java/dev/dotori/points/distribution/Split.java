package dev.dotori.points.distribution;

import dev.dotori.events.Portion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Splits an earning among its participants, exactly.
 *
 * <p>Participant <i>i</i> gets {@code floor(earned × wᵢ / W)}; what is left over goes one point
 * each to the largest fractional remainders, ties to the earlier participant. So the portions sum
 * to the earning, and nobody is a whole point away from their exact part.
 */
public final class Split {

  private Split() {}

  /**
   * The portions, in the order of the participants.
   *
   * @param earned points to split, 0 or more; any {@code long}
   * @param participants at least one
   */
  public static List<Portion> of(long earned, List<Participant> participants) {
    if (earned < 0 || participants.isEmpty()) {
      throw new IllegalArgumentException("nothing to split: " + earned + " among " + participants);
    }
    long totalWeight = participants.stream().mapToLong(Participant::weight).sum();
    // earned = whole × W + rest, so earned × w / W = whole × w + rest × w / W. Since rest < W, no
    // product leaves 64 bits, however large the earning.
    long whole = earned / totalWeight;
    long rest = earned % totalWeight;

    long[] points = new long[participants.size()];
    long[] remainders = new long[participants.size()];
    long leftOver = earned;
    for (int i = 0; i < points.length; i++) {
      int weight = participants.get(i).weight();
      points[i] = whole * weight + rest * weight / totalWeight;
      remainders[i] = rest * weight % totalWeight;
      leftOver -= points[i];
    }
    byRemainder(remainders).limit(leftOver).forEach(i -> points[i]++);

    List<Portion> portions = new ArrayList<>(points.length);
    for (int i = 0; i < points.length; i++) {
      Participant participant = participants.get(i);
      portions.add(new Portion(participant.memberId(), participant.weight(), points[i]));
    }
    return List.copyOf(portions);
  }

  /** Positions from the largest remainder to the smallest; a stable sort keeps ties in order. */
  private static IntStream byRemainder(long[] remainders) {
    return IntStream.range(0, remainders.length)
        .boxed()
        .sorted(Comparator.comparingLong((Integer i) -> remainders[i]).reversed())
        .mapToInt(Integer::intValue);
  }
}
