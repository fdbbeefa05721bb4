package dev.dotori.media.announcement;

import dev.dotori.events.Event;
import dev.dotori.events.EventCodec;
import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadataBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.ZoneOffset;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Puts events on their streams, as CloudEvents in binary mode. */
@ApplicationScoped
public class EventSender {

  // Enough for what requests and workers of one process say while Redis takes a breath; past it an
  // event is left to the sweeper.
  private static final int QUEUED_AT_MOST = 4_096;

  private final MutinyEmitter<byte[]> emitter;
  private final EventCodec codec = new EventCodec();

  @Inject
  EventSender(
      @Channel("events")
          @OnOverflow(value = OnOverflow.Strategy.BUFFER, bufferSize = QUEUED_AT_MOST)
          MutinyEmitter<byte[]> emitter) {
    this.emitter = emitter;
  }

  /**
   * Sends an event.
   *
   * @return completed when Redis has it, failed when it may not have it
   */
  public CompletionStage<Void> send(Event<?> event) {
    OutgoingCloudEventMetadataBuilder<byte[]> envelope =
        OutgoingCloudEventMetadata.<byte[]>builder()
            .withId(event.id().toString())
            .withType(event.type())
            .withSource(URI.create(event.source()))
            .withSubject(event.data().subject())
            .withTimestamp(event.time().atZone(ZoneOffset.UTC))
            .withDataContentType(EventCodec.CONTENT_TYPE);
    if (event.traceParent() != null) {
      envelope.withExtension(EventCodec.TRACE_PARENT, event.traceParent());
    }
    if (event.idempotencyKey() != null) {
      envelope.withExtension(EventCodec.IDEMPOTENCY_KEY, event.idempotencyKey());
    }
    Message<byte[]> message =
        Message.of(codec.encode(event.data()))
            .addMetadata(envelope.build())
            .addMetadata(
                OutgoingRedisStreamMetadata.create()
                    .withStream(stream(event.stream()))
                    .withKey(event.data().subject()));
    try {
      return emitter.sendMessage(message).subscribeAsCompletionStage();
    } catch (IllegalStateException full) {
      return java.util.concurrent.CompletableFuture.failedFuture(full);
    }
  }

  // The braces make the stream and its dead letters one slot of a Redis Cluster.
  private static String stream(String name) {
    return "dotori:{" + name + "}";
  }
}
