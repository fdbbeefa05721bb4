package dev.dotori.redisstreams.faults;

import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import dev.dotori.redisstreams.internals.OutgoingRedisStreamsChannel;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/** An outgoing channel that is fed by calls. */
final class PlainPublisher implements AutoCloseable {

  private final OutgoingRedisStreamsChannel channel;
  private final UnicastProcessor<Message<?>> messages = UnicastProcessor.create();

  private PlainPublisher(OutgoingRedisStreamsChannel channel) {
    this.channel = channel;
  }

  static PlainPublisher start(Vertx vertx, RedisOptions options, Map<String, String> attributes) {
    PlainPublisher publisher =
        new PlainPublisher(PlainChannels.outgoing(vertx, options, attributes));
    publisher.messages.subscribe(publisher.channel.subscriber());
    return publisher;
  }

  /** Completes when Redis has the entry, fails when the channel gave it up. */
  CompletableFuture<Void> send(String payload) {
    return send(payload, OutgoingRedisStreamMetadata.create());
  }

  CompletableFuture<Void> send(String payload, OutgoingRedisStreamMetadata metadata) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    Message<String> message =
        Message.of(
            payload,
            Metadata.of(metadata),
            () -> {
              sent.complete(null);
              return CompletableFuture.completedFuture(null);
            },
            failure -> {
              sent.completeExceptionally(failure);
              return CompletableFuture.completedFuture(null);
            });
    synchronized (messages) {
      messages.onNext(message);
    }
    return sent;
  }

  boolean isReady() {
    HealthReport.HealthReportBuilder report = HealthReport.builder();
    channel.readiness(report);
    return report.build().isOk();
  }

  @Override
  public void close() {
    channel.drain().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
