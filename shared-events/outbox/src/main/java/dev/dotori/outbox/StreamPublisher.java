package dev.dotori.outbox;

import dev.dotori.events.EventCodec;
import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadataBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Puts rows on their streams, through the one channel {@code outbox}. */
@ApplicationScoped
class StreamPublisher {

  private final Emitter<byte[]> channel;
  private final StreamKeys keys;
  private final Epochs epochs;

  StreamPublisher(
      // Unbounded here, since the relay and the sweeper bound what they hand over.
      @Channel("outbox") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> channel,
      StreamKeys keys,
      Epochs epochs) {
    this.channel = channel;
    this.keys = keys;
    this.epochs = epochs;
  }

  /**
   * Sends a row without waiting for Redis. Exactly one of the two is called in the end, by a thread
   * that must not be blocked.
   *
   * <p>A plain emitter with the message's own answers: a {@code Uni} per event would capture and
   * restore every context of the application each time.
   *
   * @throws IllegalStateException when the channel is not connected, yet or any more
   */
  void send(OutboxRow row, Consumer<SentRow> taken, Consumer<Throwable> failed) {
    String stream = row.stream();
    long epoch = epochs.of(stream);
    OutgoingMessageMetadata<String> result = new OutgoingMessageMetadata<>();
    channel.send(
        Message.of(
            row.data(),
            Metadata.of(
                cloudEvent(row),
                OutgoingRedisStreamMetadata.create()
                    .withStream(keys.stream(stream))
                    .withKey(row.subject()),
                result),
            () -> {
              EntryId entry = EntryId.parse(result.getResult());
              taken.accept(new SentRow(row.id(), stream, epoch, entry));
              return CompletableFuture.completedFuture(null);
            },
            failure -> {
              failed.accept(failure);
              return CompletableFuture.completedFuture(null);
            }));
  }

  private static OutgoingCloudEventMetadata<byte[]> cloudEvent(OutboxRow row) {
    OutgoingCloudEventMetadataBuilder<byte[]> event =
        OutgoingCloudEventMetadata.<byte[]>builder()
            .withId(row.id().toString())
            .withSpecVersion(EventCodec.SPEC_VERSION)
            .withType(row.type())
            .withSource(URI.create(row.source()))
            .withSubject(row.subject())
            .withTimestamp(row.time().atZone(ZoneOffset.UTC))
            .withDataContentType(EventCodec.CONTENT_TYPE);
    if (row.traceParent() != null) {
      event.withExtension(EventCodec.TRACE_PARENT, row.traceParent());
    }
    if (row.idempotencyKey() != null) {
      event.withExtension(EventCodec.IDEMPOTENCY_KEY, row.idempotencyKey());
    }
    return event.build();
  }
}
