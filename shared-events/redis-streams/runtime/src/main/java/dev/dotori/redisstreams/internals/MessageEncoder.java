package dev.dotori.redisstreams.internals;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import dev.dotori.redisstreams.tracing.OutgoingTracing;
import dev.dotori.redisstreams.tracing.PublishSpan;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Turns messages into commands. It runs for every message, on the channel's event loop alone, so it
 * encodes what is always the same once and gathers arguments in one list that it keeps.
 */
final class MessageEncoder {

  private static final byte[] ANY_ID = {'*'};
  private static final byte[] ONE_KEY = {'1'};
  private static final byte[] THREE_KEYS = {'3'};
  private static final byte[] AT = "at".getBytes(US_ASCII);
  private static final byte[] IN = "in".getBytes(US_ASCII);
  private static final byte[] KEY = Partitions.KEY_FIELD.getBytes(US_ASCII);
  private static final byte[] DATA = CloudEvents.DATA_FIELD.getBytes(US_ASCII);
  private static final byte[] CONTENT_TYPE = CloudEvents.CONTENT_TYPE_FIELD.getBytes(US_ASCII);
  private static final byte[] TEXT = "text/plain".getBytes(US_ASCII);
  private static final byte[] JSON = "application/json".getBytes(US_ASCII);
  private static final byte[] NO_DATA = new byte[0];

  /** Of the CloudEvents extension for partitioning; the Kafka connector takes it for the key. */
  private static final String PARTITION_KEY = "partitionkey";

  private final OutgoingSettings settings;
  private final OutgoingTracing tracing;
  private final boolean idempotent;
  private final byte[] window;
  private final byte[][] ownStreams;
  private final String[] ownStreamNames;
  private final List<Object> arguments = new ArrayList<>(32);

  // Tokens sort in the order of their messages, so that what is due at one moment keeps it.
  private final String tokenSuffix = Long.toHexString(ThreadLocalRandom.current().nextLong());
  private long tokens = System.currentTimeMillis() << 20;

  private int nextPartition;

  MessageEncoder(OutgoingSettings settings, OutgoingTracing tracing) {
    this.settings = settings;
    this.tracing = tracing;
    this.idempotent = settings.idempotenceWindow() > 0;
    this.window = ascii(settings.idempotenceWindow());
    this.ownStreamNames = Partitions.streams(settings.stream(), settings.partitions());
    this.ownStreams = new byte[ownStreamNames.length][];
    for (int i = 0; i < ownStreams.length; i++) {
      ownStreams[i] = ownStreamNames[i].getBytes(UTF_8);
    }
  }

  /**
   * Encodes a message.
   *
   * @throws RuntimeException if its payload or its event can't be written
   */
  Publication encode(Message<?> message) {
    OutgoingRedisStreamMetadata metadata = OutgoingRedisStreamMetadata.create();
    OutgoingCloudEventMetadata<?> event = null;
    OutgoingMessageMetadata<Object> result = null;
    for (Object each : message.getMetadata()) {
      if (each instanceof OutgoingRedisStreamMetadata found) {
        metadata = found;
      } else if (each instanceof OutgoingCloudEventMetadata<?> found) {
        event = found;
      } else if (each instanceof OutgoingMessageMetadata<?> found) {
        result = resultOf(found);
      }
    }
    event = CloudEvents.completed(event, settings.events());
    String key = metadata.key().orElse(null);
    if (key == null && event != null) {
      key = event.<Object>getExtension(PARTITION_KEY).map(String::valueOf).orElse(null);
    }
    String id = idempotent ? id(metadata, event) : null;

    String base = metadata.stream().orElse(settings.stream());
    int partition = settings.partitions() == Partitions.NONE ? 0 : partition(key, id);
    boolean own = base.equals(settings.stream());
    String stream =
        own
            ? ownStreamNames[partition]
            : settings.partitions() == Partitions.NONE ? base : Partitions.stream(base, partition);

    arguments.clear();
    long dueIn = dueIn(metadata);
    PublishScripts.Script script = null;
    byte[] idBytes = id == null ? null : id.getBytes(UTF_8);
    if (dueIn >= 0) {
      script = schedule(stream, idBytes, metadata);
    } else if (id != null) {
      script = PublishScripts.ADD_ONCE;
      addOnce(own ? ownStreams[partition] : stream.getBytes(UTF_8), stream, idBytes);
    } else {
      arguments.add(own ? ownStreams[partition] : stream.getBytes(UTF_8));
      arguments.add(ANY_ID);
    }
    PublishSpan span = tracing.begin(message, stream);
    try {
      fields(message.getPayload(), metadata, event, key, span);
    } catch (RuntimeException e) {
      span.failed(e);
      throw e;
    }
    return new Publication(
        message, result, base, stream, script, dueIn, idBytes, span, arguments.toArray());
  }

  @SuppressWarnings("unchecked") // whoever asks for the result knows that it is the entry's id
  private static OutgoingMessageMetadata<Object> resultOf(OutgoingMessageMetadata<?> found) {
    return (OutgoingMessageMetadata<Object>) found;
  }

  /** A message without an id has one for as long as the channel has it. */
  private static String id(
      OutgoingRedisStreamMetadata metadata, OutgoingCloudEventMetadata<?> event) {
    if (event != null && event.getId() != null) {
      return event.getId();
    }
    return metadata.id().orElseGet(() -> UUID.randomUUID().toString());
  }

  /** An event without a key that is sent again must meet the ids of its first partition. */
  private int partition(String key, String id) {
    if (key != null || id != null) {
      return Partitions.of(key != null ? key : id, settings.partitions());
    }
    nextPartition = (nextPartition + 1) % settings.partitions();
    return nextPartition;
  }

  private static long dueIn(OutgoingRedisStreamMetadata metadata) {
    if (metadata.delay().isPresent()) {
      return Math.max(0, metadata.delay().get().toMillis());
    }
    return metadata
        .deliverAt()
        .map(time -> Math.max(0, Duration.between(Instant.now(), time).toMillis()))
        .orElse(-1L);
  }

  private void addOnce(byte[] stream, String streamName, byte[] id) {
    arguments.add(null); // the script
    arguments.add(THREE_KEYS);
    arguments.add(stream);
    arguments.add(EventIds.set(streamName).getBytes(UTF_8));
    arguments.add(EventIds.order(streamName).getBytes(UTF_8));
    arguments.add(id);
    arguments.add(window);
    arguments.add(null); // what precedes it
  }

  private PublishScripts.Script schedule(
      String stream, byte[] id, OutgoingRedisStreamMetadata metadata) {
    arguments.add(null); // the script
    arguments.add(id == null ? ONE_KEY : THREE_KEYS);
    arguments.add(DueEntries.scheduledSet(stream).getBytes(UTF_8));
    if (id != null) {
      arguments.add(EventIds.set(stream).getBytes(UTF_8));
      arguments.add(EventIds.order(stream).getBytes(UTF_8));
      arguments.add(id);
      arguments.add(window);
    }
    if (metadata.delay().isPresent()) {
      arguments.add(IN);
      arguments.add(ascii(Math.max(0, metadata.delay().get().toMillis())));
    } else {
      arguments.add(AT);
      arguments.add(ascii(metadata.deliverAt().orElseThrow().toEpochMilli()));
    }
    arguments.add("%016x-%s".formatted(tokens++, tokenSuffix).getBytes(US_ASCII));
    return id == null ? PublishScripts.SCHEDULE : PublishScripts.SCHEDULE_ONCE;
  }

  private void fields(
      Object payload,
      OutgoingRedisStreamMetadata metadata,
      OutgoingCloudEventMetadata<?> event,
      String key,
      PublishSpan span) {
    boolean typeGiven =
        !metadata.fields().isEmpty()
            && metadata.fields().containsKey(CloudEvents.CONTENT_TYPE_FIELD);
    byte[] data;
    byte[] contentType;
    if (event != null && settings.events().structured()) {
      data = StructuredEvent.write(event, payload);
      contentType = StructuredEvent.CONTENT_TYPE_BYTES;
    } else {
      data = bytes(payload);
      contentType = contentType(payload);
      if (event != null) {
        CloudEvents.write(event, arguments);
        if (event.getDataContentType().isPresent()) {
          contentType = event.getDataContentType().get().getBytes(UTF_8);
        }
      }
    }
    if (contentType != null && !typeGiven) {
      arguments.add(CONTENT_TYPE);
      arguments.add(contentType);
    }
    if (key != null) {
      arguments.add(KEY);
      arguments.add(key.getBytes(UTF_8));
    }
    for (Map.Entry<String, String> field : span.fields().entrySet()) {
      if (!metadata.fields().containsKey(field.getKey())) {
        arguments.add(field.getKey().getBytes(UTF_8));
        arguments.add(field.getValue().getBytes(UTF_8));
      }
    }
    for (Map.Entry<String, byte[]> field : metadata.fields().entrySet()) {
      arguments.add(field.getKey().getBytes(UTF_8));
      arguments.add(field.getValue());
    }
    arguments.add(DATA);
    arguments.add(data);
  }

  private static byte[] contentType(Object payload) {
    return switch (payload) {
      case null -> null;
      case byte[] ignored -> null;
      case Buffer ignored -> null;
      case CharSequence ignored -> TEXT;
      default -> JSON;
    };
  }

  static byte[] bytes(Object payload) {
    return switch (payload) {
      case null -> NO_DATA;
      case byte[] bytes -> bytes;
      case Buffer buffer -> buffer.getBytes();
      case CharSequence text -> text.toString().getBytes(UTF_8);
      case JsonObject json -> json.toBuffer().getBytes();
      case JsonArray json -> json.toBuffer().getBytes();
      default -> Json.encodeToBuffer(payload).getBytes();
    };
  }

  private static byte[] ascii(long number) {
    return Long.toString(number).getBytes(US_ASCII);
  }
}
