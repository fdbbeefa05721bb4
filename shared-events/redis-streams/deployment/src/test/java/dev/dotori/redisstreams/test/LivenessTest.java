package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.health.HealthReport;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Liveness fails where starting anew would help: a handler that is stuck, an event loop that is
 * blocked. It does not where it would not: long work, and a Redis that is away, which readiness
 * tells.
 */
class LivenessTest {

  private static final String STREAM = "test:{liveness}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.stuck.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.stuck.stream", STREAM + "stuck")
          .overrideConfigKey("mp.messaging.incoming.stuck.block", "200ms")
          .overrideConfigKey("mp.messaging.incoming.stuck.health-unprocessed-max-age", "2s")
          .overrideConfigKey("mp.messaging.incoming.stuck.health-poll-max-age", "2s")
          .overrideConfigKey("mp.messaging.incoming.long.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.long.stream", STREAM + "long")
          .overrideConfigKey("mp.messaging.incoming.long.lease", "500ms")
          .overrideConfigKey("mp.messaging.incoming.long.block", "200ms")
          .overrideConfigKey("mp.messaging.incoming.long.health-poll-max-age", "2s")
          .overrideConfigKey("mp.messaging.incoming.web.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.web.stream", STREAM + "web")
          .overrideConfigKey("mp.messaging.incoming.web.block", "200ms")
          .overrideConfigKey("mp.messaging.incoming.web.health-poll-max-age", "2s")
          .overrideConfigKey("mp.messaging.incoming.web.health-readiness-enabled", "false")
          .overrideConfigKey("mp.messaging.incoming.web.max-in-flight", "1");

  @Inject Handler handler;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @Test
  void tellsWhatANewStartWouldMend() {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(connector.getReadiness().isOk()).isTrue());
    assertThat(connector.getLiveness().isOk()).isTrue();

    // A handler that never settles its entry shows after its channel's limit; work that is only
    // long, on a channel with the usual limit, does not. Nor does a channel that is full.
    TestRedis.add(STREAM + "long", "n");
    TestRedis.add(STREAM + "web", "n");
    TestRedis.add(STREAM + "stuck", "n");
    await().atMost(Duration.ofSeconds(10)).until(() -> !alive("stuck"));
    assertThat(message("stuck")).contains("entry", STREAM + "stuck", "is not settled");
    assertThat(alive("long")).isTrue();
    assertThat(alive("web")).isTrue();
    assertThat(handler.waiting).isNotDone();

    // It is settled in the end.
    handler.stuck.ack();
    await().atMost(Duration.ofSeconds(5)).until(() -> alive("stuck"));

    // Redis goes away for longer than polls may be overdue.
    TestRedis.kill();
    long lost = System.nanoTime();
    await().atMost(Duration.ofSeconds(5)).until(() -> !isOk(connector.getReadiness(), "long"));
    assertThat(connector.getReadiness().getChannels())
        .noneMatch(channel -> channel.getChannel().equals("web"));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          assertThat(connector.getLiveness().isOk()).isTrue();
          return System.nanoTime() - lost > Duration.ofSeconds(4).toNanos();
        });
    TestRedis.restart();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(connector.getReadiness().isOk()).isTrue());
    handler.waiting.complete(null);
    handler.go.countDown();
  }

  private boolean alive(String channel) {
    return isOk(connector.getLiveness(), channel);
  }

  private String message(String channel) {
    return connector.getLiveness().getChannels().stream()
        .filter(found -> found.getChannel().equals(channel))
        .findFirst()
        .orElseThrow()
        .getMessage();
  }

  private static boolean isOk(HealthReport report, String channel) {
    return report.getChannels().stream()
        .filter(found -> found.getChannel().equals(channel))
        .findFirst()
        .orElseThrow()
        .isOk();
  }

  @Singleton
  static class Handler {
    final CompletableFuture<Void> waiting = new CompletableFuture<>();
    final CountDownLatch go = new CountDownLatch(1);
    volatile Message<byte[]> stuck;

    @Incoming("stuck")
    CompletionStage<Void> onStuck(Message<byte[]> entry) {
      stuck = entry;
      return CompletableFuture.completedFuture(null);
    }

    @Incoming("long")
    CompletionStage<Void> onLong(byte[] payload) {
      return waiting;
    }

    @Incoming("web")
    @Blocking
    void onWeb(byte[] payload) throws InterruptedException {
      go.await();
    }
  }
}
