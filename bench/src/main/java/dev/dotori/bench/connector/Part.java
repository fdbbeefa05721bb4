package dev.dotori.bench.connector;

import java.util.Locale;

/** What of the connector is measured; each part has a Redis and processes of its own. */
enum Part {
  THROUGHPUT,
  LATENCY,
  RECOVERY,
  MEMORY;

  /** Its name in results and on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
