package dev.dotori.redisstreams.tracing;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import io.opentelemetry.context.propagation.TextMapGetter;

/**
 * Finds a trace's context in an entry: in fields of its own ({@code traceparent}, {@code
 * tracestate}), which the last sender wrote, or in the CloudEvent's extensions ({@code
 * ce_traceparent}), which may be older.
 */
final class EntryFields implements TextMapGetter<IncomingRedisStreamMetadata> {

  static final EntryFields INSTANCE = new EntryFields();

  private static final String EXTENSION = "ce_";

  private EntryFields() {}

  @Override
  public Iterable<String> keys(IncomingRedisStreamMetadata entry) {
    // Only propagators ask that carry any number of values, such as Jaeger's baggage.
    return entry.rawFields().keySet();
  }

  @Override
  public String get(IncomingRedisStreamMetadata entry, String key) {
    return entry == null
        ? null
        : entry.field(key).or(() -> entry.field(EXTENSION + key)).orElse(null);
  }
}
