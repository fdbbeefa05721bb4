package dev.dotori.gateway.ops.channel;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How fast groups are given entries: what two looks at their counters differ by. It remembers the
 * last look at each channel, of which there are few.
 */
final class DeliveryRates {

  private static final double SHORTEST_SECONDS = 0.9;
  private static final double LONGEST_SECONDS = 120;
  private static final double NANOS = 1e9;

  private final Map<ChannelName, Look> looks = new HashMap<>();

  /**
   * @param rate entries per second since the look before; null when there was none to compare with
   */
  private record Look(long delivered, long nanos, Double rate) {}

  /**
   * Takes a look.
   *
   * @param delivered entries ever delivered to the group
   * @param nanos when that was so
   * @return entries per second since the look before, or what that one said if it was just now;
   *     empty when it was never or long ago, and when the counter was set back
   */
  synchronized Optional<Double> look(ChannelName channel, OptionalLong delivered, long nanos) {
    if (delivered.isEmpty()) {
      return Optional.empty();
    }
    Look before = looks.get(channel);
    if (before != null && seconds(before, nanos) < SHORTEST_SECONDS) {
      return Optional.ofNullable(before.rate);
    }
    Double rate = before == null ? null : rate(before, delivered.getAsLong(), nanos);
    looks.put(channel, new Look(delivered.getAsLong(), nanos, rate));
    return Optional.ofNullable(rate);
  }

  private static Double rate(Look before, long delivered, long nanos) {
    double seconds = seconds(before, nanos);
    return seconds > LONGEST_SECONDS || delivered < before.delivered
        ? null
        : (delivered - before.delivered) / seconds;
  }

  private static double seconds(Look before, long nanos) {
    return (nanos - before.nanos) / NANOS;
  }
}
