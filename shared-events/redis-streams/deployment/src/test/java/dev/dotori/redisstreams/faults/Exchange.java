package dev.dotori.redisstreams.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A publishing and a consuming channel on one stream, and numbered messages between them. */
final class Exchange implements AutoCloseable {

  static final String STREAM = "faults:{exchange}";
  static final String GROUP = "workers";
  private static final Duration LIMIT = Duration.ofSeconds(40);

  final PlainConsumer consumer;
  final PlainPublisher publisher;

  private final Vertx vertx = Vertx.vertx();
  private final List<CompletableFuture<Void>> sent = new ArrayList<>();

  Exchange(RedisOptions options) {
    this(options, options, Map.of());
  }

  Exchange(RedisOptions publishing, RedisOptions consuming, Map<String, String> attributes) {
    Map<String, String> incoming =
        new HashMap<>(Map.of("stream", STREAM, "group", GROUP, "lease", "2s", "block", "500ms"));
    incoming.putAll(attributes);
    publisher = PlainPublisher.start(vertx, publishing, Map.of("stream", STREAM));
    consumer = PlainConsumer.start(vertx, consuming, incoming);
  }

  /** Sends that many more, and does not wait. */
  void send(int messages) {
    for (int i = 0; i < messages; i++) {
      sent.add(publisher.send("n" + sent.size()));
    }
  }

  /** Waits until all that was sent was acknowledged by Redis and handled, and both are ready. */
  void awaitAll() {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> {
          assertThat(sent).allMatch(CompletableFuture::isDone);
          assertThat(consumer.distinct())
              .containsExactlyInAnyOrderElementsOf(
                  IntStream.range(0, sent.size()).mapToObj(i -> "n" + i).toList());
          assertThat(consumer.problem()).isEmpty();
          assertThat(publisher.isReady()).isTrue();
        });
    assertThat(sent).noneMatch(CompletableFuture::isCompletedExceptionally);
  }

  void awaitUnready() {
    await().atMost(LIMIT).until(() -> !consumer.isReady() && !publisher.isReady());
    assertThat(consumer.isAlive()).isTrue();
  }

  @Override
  public void close() {
    consumer.close();
    publisher.close();
    vertx.close();
  }
}
