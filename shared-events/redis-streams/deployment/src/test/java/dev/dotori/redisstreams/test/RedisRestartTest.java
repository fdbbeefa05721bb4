package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Redis is killed and comes back: channels go on by themselves, nothing is lost, and health tells
 * meanwhile.
 */
class RedisRestartTest {

  private static final String STREAM = "test:{restart}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.lease", "2s")
          .overrideConfigKey("mp.messaging.incoming.in.block", "500ms")
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM);

  @Inject Handler handler;

  @Inject
  @Channel("out")
  MutinyEmitter<String> out;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @Test
  void allThatWasPublishedIsHandledInOrder() throws Exception {
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      sent.add(out.send("n" + i).subscribeAsCompletionStage());
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> handler.distinct().size() == 50);
    assertThat(connector.getReadiness().isOk()).isTrue();
    // Its file is flushed every second: what a crash of Redis may lose is not the connector's to
    // keep.
    Thread.sleep(1_500);

    TestRedis.kill();
    await().atMost(Duration.ofSeconds(5)).until(() -> !connector.getReadiness().isOk());
    assertThat(connector.getLiveness().isOk()).isTrue();
    for (int i = 50; i < 100; i++) {
      sent.add(out.send("n" + i).subscribeAsCompletionStage());
    }
    Thread.sleep(1_000);
    assertThat(sent.getLast()).isNotDone();
    TestRedis.restart();

    await().atMost(Duration.ofSeconds(20)).until(() -> handler.distinct().size() == 100);
    assertThat(handler.distinct())
        .containsExactlyElementsOf(IntStream.range(0, 100).mapToObj(i -> "n" + i).toList());
    assertThat(sent)
        .allMatch(CompletableFuture::isDone)
        .noneMatch(CompletableFuture::isCompletedExceptionally);
    await().untilAsserted(() -> assertThat(connector.getReadiness().isOk()).isTrue());
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(TestRedis.pending(STREAM, "app")).isZero());
  }

  @Singleton
  static class Handler {
    final List<String> payloads = new CopyOnWriteArrayList<>();

    List<String> distinct() {
      return payloads.stream().distinct().toList();
    }

    @Incoming("in")
    CompletionStage<Void> on(Message<byte[]> entry) {
      payloads.add(new String(entry.getPayload(), UTF_8));
      return entry.ack();
    }
  }
}
