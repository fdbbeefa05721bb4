package dev.dotori.bench.connector;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;

/**
 * How much is measured.
 *
 * @param entries in a round with small payloads, and in a round of the latency's peak
 * @param largeEntries in a round with large payloads
 * @param rounds that count; one more before them warms up
 * @param latencySeconds at each rate; the first tenth does not count
 * @param recoveries how often a consumer is killed
 * @param leaseMillis of the consumers that are killed
 * @param claimIntervalMillis of the consumers that take over
 * @param memoryEntries in the stream of the handler that blocks
 * @param blockedSeconds how long that handler blocks
 * @param samplesPerSecond of the memory
 */
public record Effort(
    int entries,
    int largeEntries,
    int rounds,
    int latencySeconds,
    int recoveries,
    int leaseMillis,
    int claimIntervalMillis,
    int memoryEntries,
    int blockedSeconds,
    int samplesPerSecond) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What figures are taken with. */
  static final Effort FULL = new Effort(200_000, 50_000, 5, 60, 10, 5_000, 1_000, 1_000_000, 60, 1);

  /** Shows in less than a minute that everything works; its figures mean nothing. */
  static final Effort QUICK = new Effort(10_000, 4_000, 1, 3, 1, 1_000, 300, 100_000, 3, 4);

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Effort of(String json) {
    try {
      return JSON.readValue(json, Effort.class);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
