package dev.dotori.bench.replicas;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What has been used up to a moment: CPU by process, and what the servers count.
 *
 * @param nanos when, by {@link System#nanoTime()}
 * @param cpuMicros of each process, all its threads
 */
record Usage(long nanos, Map<String, Long> cpuMicros, Map<String, Long> counters) {

  /** Uses a second, when nobody asks for anything. */
  record Rate(Map<String, Double> cpuMicros, Map<String, Double> counters) {

    static final Rate NONE = new Rate(Map.of(), Map.of());
  }

  /** What was used a second since an earlier moment. */
  Rate rateSince(Usage before) {
    double seconds = secondsSince(before);
    return new Rate(
        perUnit(cpuMicros, before.cpuMicros, seconds, Map.of(), 0),
        perUnit(counters, before.counters, seconds, Map.of(), 0));
  }

  double secondsSince(Usage before) {
    return (nanos - before.nanos) / 1e9;
  }

  /**
   * What each of some requests used since an earlier moment, less what would have been used without
   * them.
   */
  Map<String, Double> perRequestSince(Usage before, long requests, Rate idle) {
    double seconds = secondsSince(before);
    Map<String, Double> each = new LinkedHashMap<>();
    perUnit(cpuMicros, before.cpuMicros, requests, idle.cpuMicros, seconds)
        .forEach((process, micros) -> each.put(Figures.CPU + process, micros));
    each.putAll(perUnit(counters, before.counters, requests, idle.counters, seconds));
    return each;
  }

  private static Map<String, Double> perUnit(
      Map<String, Long> after,
      Map<String, Long> before,
      double units,
      Map<String, Double> idle,
      double seconds) {
    Map<String, Double> each = new TreeMap<>();
    after.forEach((name, value) -> {
      double used = value - before.getOrDefault(name, 0L);
      double withoutRequests = idle.getOrDefault(name, 0.0) * seconds;
      each.put(name, Math.max(0, used - withoutRequests) / units);
    });
    return each;
  }
}
