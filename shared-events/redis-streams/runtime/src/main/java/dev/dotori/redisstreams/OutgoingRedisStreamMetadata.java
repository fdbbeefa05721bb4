package dev.dotori.redisstreams;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Where and how one message is added; immutable, each {@code with…} gives a changed copy. */
public final class OutgoingRedisStreamMetadata {

  private static final OutgoingRedisStreamMetadata NONE =
      new OutgoingRedisStreamMetadata(null, null, Map.of());

  private final String stream;
  private final String key;
  private final Map<String, byte[]> fields;

  private OutgoingRedisStreamMetadata(String stream, String key, Map<String, byte[]> fields) {
    this.stream = stream;
    this.key = key;
    this.fields = fields;
  }

  /** Metadata that changes nothing: the channel's stream, no key, no further fields. */
  public static OutgoingRedisStreamMetadata create() {
    return NONE;
  }

  /** Adds the entry to this stream instead of the channel's. */
  public OutgoingRedisStreamMetadata withStream(String stream) {
    return new OutgoingRedisStreamMetadata(stream, key, fields);
  }

  /** Names what the entry is about; kept in the field {@code key}. */
  public OutgoingRedisStreamMetadata withKey(String key) {
    return new OutgoingRedisStreamMetadata(stream, key, fields);
  }

  /** Adds a field beside the payload's field {@code data}. */
  public OutgoingRedisStreamMetadata withField(String name, String value) {
    return withField(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a field of bytes beside the payload's field {@code data}. */
  public OutgoingRedisStreamMetadata withField(String name, byte[] value) {
    Map<String, byte[]> more = new LinkedHashMap<>(fields);
    more.put(name, value);
    return new OutgoingRedisStreamMetadata(stream, key, more);
  }

  public Optional<String> stream() {
    return Optional.ofNullable(stream);
  }

  public Optional<String> key() {
    return Optional.ofNullable(key);
  }

  public Map<String, byte[]> fields() {
    return fields;
  }
}
