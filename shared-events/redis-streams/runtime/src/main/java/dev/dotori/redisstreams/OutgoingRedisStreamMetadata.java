package dev.dotori.redisstreams;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Where, when and how one message is added; immutable, each {@code with…} gives a changed copy. */
public final class OutgoingRedisStreamMetadata {

  private static final OutgoingRedisStreamMetadata NONE =
      new OutgoingRedisStreamMetadata(null, null, null, null, null, Map.of());

  private final String stream;
  private final String key;
  private final String id;
  private final Instant deliverAt;
  private final Duration delay;
  private final Map<String, byte[]> fields;

  private OutgoingRedisStreamMetadata(
      String stream,
      String key,
      String id,
      Instant deliverAt,
      Duration delay,
      Map<String, byte[]> fields) {
    this.stream = stream;
    this.key = key;
    this.id = id;
    this.deliverAt = deliverAt;
    this.delay = delay;
    this.fields = fields;
  }

  /** Metadata that changes nothing: the channel's stream, at once, no key, no further fields. */
  public static OutgoingRedisStreamMetadata create() {
    return NONE;
  }

  /**
   * Adds the entry to this stream instead of the channel's. On a channel with {@code partitions} it
   * is one of that many partitions of this stream.
   */
  public OutgoingRedisStreamMetadata withStream(String stream) {
    return new OutgoingRedisStreamMetadata(stream, key, id, deliverAt, delay, fields);
  }

  /**
   * Names what the entry is about; kept in the field {@code key}. On a channel with {@code
   * partitions}, entries with one key are in one partition, in order.
   */
  public OutgoingRedisStreamMetadata withKey(String key) {
    return new OutgoingRedisStreamMetadata(stream, key, id, deliverAt, delay, fields);
  }

  /**
   * Names the event, so that a channel with {@code idempotence} adds it once however often it is
   * sent. A CloudEvent's own id goes before this one. The id that Redis gives the entry is another.
   */
  public OutgoingRedisStreamMetadata withId(String id) {
    return new OutgoingRedisStreamMetadata(stream, key, id, deliverAt, delay, fields);
  }

  /**
   * Keeps the message in Redis until then, by Redis's clock, and adds it to the stream within about
   * a second. It is acknowledged when Redis keeps it.
   */
  public OutgoingRedisStreamMetadata withDeliverAt(Instant time) {
    return new OutgoingRedisStreamMetadata(stream, key, id, time, null, fields);
  }

  /** As {@link #withDeliverAt}, so long after Redis got it. */
  public OutgoingRedisStreamMetadata withDelay(Duration delay) {
    return new OutgoingRedisStreamMetadata(stream, key, id, null, delay, fields);
  }

  /** Adds a field beside the payload's field {@code data}. */
  public OutgoingRedisStreamMetadata withField(String name, String value) {
    return withField(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a field of bytes beside the payload's field {@code data}. */
  public OutgoingRedisStreamMetadata withField(String name, byte[] value) {
    Map<String, byte[]> more = new LinkedHashMap<>(fields);
    more.put(name, value);
    return new OutgoingRedisStreamMetadata(stream, key, id, deliverAt, delay, more);
  }

  public Optional<String> stream() {
    return Optional.ofNullable(stream);
  }

  public Optional<String> key() {
    return Optional.ofNullable(key);
  }

  public Optional<String> id() {
    return Optional.ofNullable(id);
  }

  public Optional<Instant> deliverAt() {
    return Optional.ofNullable(deliverAt);
  }

  public Optional<Duration> delay() {
    return Optional.ofNullable(delay);
  }

  public Map<String, byte[]> fields() {
    return fields;
  }
}
