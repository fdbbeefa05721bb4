package dev.dotori.outbox;

import dev.dotori.events.DomainEvent;
import dev.dotori.events.EventCodec;
import dev.dotori.events.EventTypes;
import dev.dotori.redisstreams.IncomingRedisStreamBatchMetadata;
import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import io.smallrye.reactive.messaging.ce.IncomingCloudEventMetadata;
import io.smallrye.reactive.messaging.ce.impl.DefaultIncomingCloudEventMetadata;
import java.net.URI;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/** A batch as the connector delivers it, and what became of each of its entries. */
final class Deliveries {

  private final List<Message<byte[]>> entries = new ArrayList<>();
  final List<Integer> acked = new ArrayList<>();
  final Map<Integer, Throwable> nacked = new LinkedHashMap<>();

  Deliveries add(UUID id, DomainEvent event) {
    return add(id, event, null, null);
  }

  Deliveries add(UUID id, DomainEvent event, String traceParent, String idempotencyKey) {
    String type = EventTypes.nameOf(event.getClass());
    return addRaw(
        id.toString(),
        type,
        new EventCodec().encode(event),
        extensions(traceParent, idempotencyKey));
  }

  Deliveries addRaw(String id, String type, byte[] data, Map<String, Object> extensions) {
    int index = entries.size();
    IncomingCloudEventMetadata<byte[]> event =
        new DefaultIncomingCloudEventMetadata<>(
            EventCodec.SPEC_VERSION,
            id,
            URI.create("tests"),
            type,
            EventCodec.CONTENT_TYPE,
            null,
            "subject",
            ZonedDateTime.now(ZoneOffset.UTC),
            extensions,
            data);
    entries.add(
        Message.of(
            data,
            Metadata.of(event, new Entry("1-" + index)),
            () -> {
              acked.add(index);
              return CompletableFuture.completedFuture(null);
            },
            failure -> {
              nacked.put(index, failure);
              return CompletableFuture.completedFuture(null);
            }));
    return this;
  }

  Message<List<byte[]>> batch() {
    return Message.of(
        entries.stream().map(Message::getPayload).toList(),
        Metadata.of(new IncomingRedisStreamBatchMetadata(List.copyOf(entries))));
  }

  private static Map<String, Object> extensions(String traceParent, String idempotencyKey) {
    Map<String, Object> extensions = new LinkedHashMap<>();
    if (traceParent != null) {
      extensions.put(EventCodec.TRACE_PARENT, traceParent);
    }
    if (idempotencyKey != null) {
      extensions.put(EventCodec.IDEMPOTENCY_KEY, idempotencyKey);
    }
    return extensions;
  }

  private record Entry(String id) implements IncomingRedisStreamMetadata {

    @Override
    public String stream() {
      return "dotori:{tests}";
    }

    @Override
    public String group() {
      return "tests";
    }

    @Override
    public int deliveryCount() {
      return 1;
    }

    @Override
    public Optional<String> key() {
      return Optional.empty();
    }

    @Override
    public OptionalInt partition() {
      return OptionalInt.empty();
    }

    @Override
    public OptionalLong fence() {
      return OptionalLong.empty();
    }

    @Override
    public Optional<byte[]> bytes(String name) {
      return Optional.empty();
    }

    @Override
    public Map<String, byte[]> rawFields() {
      return Map.of();
    }
  }
}
