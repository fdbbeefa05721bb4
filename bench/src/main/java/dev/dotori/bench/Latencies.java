package dev.dotori.bench;

import java.util.Arrays;

/**
 * Percentiles of measured times.
 *
 * @param count how many were measured
 */
public record Latencies(long count, double p50Millis, double p99Millis, double maxMillis) {

  /** Of times in nanoseconds, in any order; at least one. */
  public static Latencies of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Latencies(
        sorted.length,
        millis(percentile(sorted, 50)),
        millis(percentile(sorted, 99)),
        millis(sorted[sorted.length - 1]));
  }

  // Nearest rank: the smallest value that so many per cent are not above.
  private static long percentile(long[] sorted, int percent) {
    return sorted[(int) Math.ceil(sorted.length * percent / 100.0) - 1];
  }

  private static double millis(long nanos) {
    return Math.round(nanos / 10_000.0) / 100.0;
  }

  @Override
  public String toString() {
    return "p50 %.1f ms, p99 %.1f ms, max %.1f ms (%d)"
        .formatted(p50Millis, p99Millis, maxMillis, count);
  }
}
