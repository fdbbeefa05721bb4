package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A handler that blocks its channel's event loop is told by liveness, which asks another thread.
 */
class BlockedEventLoopTest {

  private static final String STREAM = "test:{blocked-loop}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.block", "200ms")
          .overrideConfigKey("mp.messaging.incoming.in.health-poll-max-age", "1500ms");

  @Inject Handler handler;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @Test
  void isNotAlive() {
    assertThat(connector.getLiveness().isOk()).isTrue();
    try {
      TestRedis.add(STREAM, "n");
      await().atMost(Duration.ofSeconds(10)).until(() -> !connector.getLiveness().isOk());
      assertThat(connector.getLiveness().getChannels().getFirst().getMessage())
          .contains("event loop");
    } finally {
      handler.go.countDown();
    }
    await().atMost(Duration.ofSeconds(10)).until(() -> connector.getLiveness().isOk());
  }

  @Singleton
  static class Handler {
    final CountDownLatch go = new CountDownLatch(1);

    @Incoming("in")
    @NonBlocking
    void on(byte[] payload) throws InterruptedException {
      go.await();
    }
  }
}
