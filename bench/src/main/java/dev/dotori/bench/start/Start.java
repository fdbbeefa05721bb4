package dev.dotori.bench.start;

import java.util.Comparator;
import java.util.List;

/**
 * One start.
 *
 * @param readyMillis from the start of the process to the first time it says that it is ready
 * @param cpuMillis what it took of the core until then, of all its threads
 * @param residentMiB its memory then
 */
record Start(long readyMillis, long cpuMillis, long residentMiB) {

  /** The one in the middle by time. */
  static Start median(List<Start> starts) {
    return starts.stream()
        .sorted(Comparator.comparingLong(Start::readyMillis))
        .toList()
        .get(starts.size() / 2);
  }
}
