package dev.dotori.redisstreams;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the stream says about one entry. Values are decoded when asked for, so that a handler pays
 * only for what it reads.
 */
public interface IncomingRedisStreamMetadata {

  /** The stream's key. For an entry that is tried again, the stream it was first added to. */
  String stream();

  /** The id that the stream gave the entry. It stays the same when the entry is tried again. */
  String id();

  /** The consumer group that the entry was delivered to. */
  String group();

  /** How often the entry has been delivered to the group, this time included; at least 1. */
  int deliveryCount();

  /** What the entry is about, if its publisher said so. */
  Optional<String> key();

  /** The partition that the entry is in, if the channel has {@code partitions}. */
  OptionalInt partition();

  /**
   * The number of this consumer's turn with the partition, if the channel has {@code partitions}.
   * It rises with each new owner. A handler whose effects must not be overtaken by those of a later
   * owner, even if this process is paused for longer than its lease, stores it with its effect and
   * refuses a lower one.
   */
  OptionalLong fence();

  /** When the entry was added, as its id tells; milliseconds of the server's clock. */
  default Instant addedAt() {
    String id = id();
    return Instant.ofEpochMilli(Long.parseLong(id.substring(0, id.indexOf('-'))));
  }

  /** The bytes of the first field of that name, if there is one. */
  Optional<byte[]> bytes(String name);

  /** The first field of that name as UTF-8 text, if there is one. */
  default Optional<String> field(String name) {
    return bytes(name).map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /** All fields in the entry's order; of fields with one name the first. */
  Map<String, byte[]> rawFields();

  /** All fields in the entry's order, as UTF-8 text. */
  default Map<String, String> fields() {
    Map<String, String> text = new LinkedHashMap<>();
    rawFields().forEach((name, value) -> text.put(name, new String(value, StandardCharsets.UTF_8)));
    return text;
  }
}
