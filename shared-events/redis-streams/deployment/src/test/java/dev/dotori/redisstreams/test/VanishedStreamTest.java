package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A stream or group that vanishes, or a Redis that comes back empty, is no end: the group is made
 * again and reading goes on.
 */
class VanishedStreamTest {

  private static final String STREAM = "test:{vanished}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.block", "500ms");

  @Inject Handler handler;

  @Test
  void readingGoesOn() {
    TestRedis.add(STREAM, "before");
    await().until(() -> handler.payloads.contains("before"));

    TestRedis.call("DEL", STREAM);
    TestRedis.add(STREAM, "after the stream was deleted");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> handler.payloads.contains("after the stream was deleted"));

    TestRedis.call("XGROUP", "DESTROY", STREAM, "app");
    TestRedis.add(STREAM, "after the group was destroyed");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> handler.payloads.contains("after the group was destroyed"));

    TestRedis.restartEmpty();
    TestRedis.add(STREAM, "after all was lost");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> handler.payloads.contains("after all was lost"));
    await().untilAsserted(() -> assertThat(TestRedis.pending(STREAM, "app")).isZero());
  }

  @Singleton
  static class Handler {
    final List<String> payloads = new CopyOnWriteArrayList<>();

    @Incoming("in")
    CompletionStage<Void> on(Message<byte[]> entry) {
      payloads.add(new String(entry.getPayload(), UTF_8));
      return entry.ack();
    }
  }
}
