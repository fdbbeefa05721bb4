package dev.dotori.outbox;

import dev.dotori.events.EventCodec;
import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadataBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.ZoneOffset;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Puts rows on their streams, through the one channel {@code outbox}. */
@ApplicationScoped
class StreamPublisher {

  private final MutinyEmitter<byte[]> channel;
  private final StreamKeys keys;
  private final Epochs epochs;

  StreamPublisher(
      // Unbounded here, since the relay and the sweeper bound what they hand over.
      @Channel("outbox") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<byte[]> channel,
      StreamKeys keys,
      Epochs epochs) {
    this.channel = channel;
    this.keys = keys;
    this.epochs = epochs;
  }

  /**
   * Sends a row. Nothing is sent before the result is subscribed to; from then on it does not
   * block.
   */
  Uni<SentRow> send(OutboxRow row) {
    String stream = row.stream();
    long epoch = epochs.of(stream);
    OutgoingMessageMetadata<String> result = new OutgoingMessageMetadata<>();
    Message<byte[]> message =
        Message.of(
            row.data(),
            Metadata.of(
                cloudEvent(row),
                OutgoingRedisStreamMetadata.create()
                    .withStream(keys.stream(stream))
                    .withKey(row.subject()),
                result));
    return channel
        .sendMessage(message)
        .map(sent -> new SentRow(row.id(), stream, epoch, EntryId.parse(result.getResult())));
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
