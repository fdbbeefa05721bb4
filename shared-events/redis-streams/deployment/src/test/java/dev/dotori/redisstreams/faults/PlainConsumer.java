package dev.dotori.redisstreams.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dotori.redisstreams.internals.IncomingRedisStreamsChannel;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.microprofile.reactive.messaging.Message;

/** An incoming channel whose entries go to one handler. */
final class PlainConsumer implements AutoCloseable {

  /**
   * Payloads in the order in which they were handed over, those that came again included; of one
   * without a handler of its own.
   */
  final List<String> payloads = new CopyOnWriteArrayList<>();

  private final IncomingRedisStreamsChannel channel;

  private PlainConsumer(IncomingRedisStreamsChannel channel) {
    this.channel = channel;
  }

  /** Starts one that acknowledges what it gets at once. */
  static PlainConsumer start(Vertx vertx, RedisOptions options, Map<String, String> attributes) {
    PlainConsumer consumer = new PlainConsumer(PlainChannels.incoming(vertx, options, attributes));
    consumer.handleWith(entry -> {
      consumer.payloads.add(new String(entry.getPayload(), UTF_8));
      entry.ack();
    });
    return consumer;
  }

  /** Starts one whose handler settles each message, now or later. */
  static PlainConsumer start(
      Vertx vertx,
      RedisOptions options,
      Map<String, String> attributes,
      Consumer<Message<byte[]>> handler) {
    PlainConsumer consumer = new PlainConsumer(PlainChannels.incoming(vertx, options, attributes));
    consumer.handleWith(handler);
    return consumer;
  }

  private void handleWith(Consumer<Message<byte[]>> handler) {
    channel.publisher().subscribe(subscriber(handler));
  }

  private static Flow.Subscriber<Message<?>> subscriber(Consumer<Message<byte[]>> handler) {
    return new Flow.Subscriber<>() {
      @Override
      public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
      }

      @Override
      @SuppressWarnings("unchecked")
      public void onNext(Message<?> message) {
        handler.accept((Message<byte[]>) message);
      }

      @Override
      public void onError(Throwable failure) {
        throw new AssertionError(failure);
      }

      @Override
      public void onComplete() {
        // A channel never ends by itself.
      }
    };
  }

  List<String> distinct() {
    return payloads.stream().distinct().toList();
  }

  boolean isReady() {
    return readiness().isOk();
  }

  /** Why the channel is not ready; empty if it is. */
  String problem() {
    HealthReport report = readiness();
    return report.isOk() ? "" : String.valueOf(report.getChannels().getFirst().getMessage());
  }

  private HealthReport readiness() {
    HealthReport.HealthReportBuilder report = HealthReport.builder();
    channel.readiness(report);
    return report.build();
  }

  boolean isAlive() {
    HealthReport.HealthReportBuilder report = HealthReport.builder();
    channel.liveness(report);
    return report.build().isOk();
  }

  @Override
  public void close() {
    channel.drain().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
