package dev.dotori.bench.connector;

import java.util.Locale;

/** What of the connector is measured; each part has a Redis and processes of its own. */
enum Part {
  THROUGHPUT,
  LATENCY,
  RECOVERY,
  MEMORY;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
