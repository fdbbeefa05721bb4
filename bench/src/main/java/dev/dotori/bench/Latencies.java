package dev.dotori.bench;

import java.util.Arrays;

/**
 * Percentiles of measured times.
 *
 * @param count how many were measured
 */
public record Latencies(
    long count, double p50Millis, double p99Millis, double p999Millis, double maxMillis) {

  /** Of times in nanoseconds, in any order; at least one. */
  public static Latencies of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Latencies(
        sorted.length,
        millis(percentile(sorted, 500)),
        millis(percentile(sorted, 990)),
        millis(percentile(sorted, 999)),
        millis(sorted[sorted.length - 1]));
  }

  // Nearest rank: the smallest value that so many of a thousand are not above.
  private static long percentile(long[] sorted, long perThousand) {
    return sorted[(int) Math.ceilDiv(sorted.length * perThousand, 1_000L) - 1];
  }

  private static double millis(long nanos) {
    return Math.round(nanos / 10_000.0) / 100.0;
  }

  @Override
  public String toString() {
    return "p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, max %.2f ms (%d)"
        .formatted(p50Millis, p99Millis, p999Millis, maxMillis, count);
  }
}
