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
 * An entry that was deleted or trimmed while it was pending is forgotten, and what is left is taken
 * over.
 */
class DeletedEntryTest {

  private static final String STREAM = "test:{deleted}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.lease", "500ms")
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "100ms");

  @Inject Handler handler;

  @Test
  void theOthersAreTakenOver() {
    await().until(() -> TestRedis.hasGroup(STREAM));
    TestRedis.call(
        "EVAL",
        "for i = 1, 3 do redis.call('XADD', KEYS[1], i .. '-1', 'data', 'n' .. i) end\n"
            + "redis.call('XREADGROUP', 'GROUP', 'app', 'dead', 'COUNT', 3, 'STREAMS', KEYS[1], '>')\n"
            + "redis.call('XDEL', KEYS[1], '2-1')",
        1,
        STREAM);

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(TestRedis.pending(STREAM, "app")).isZero());
    assertThat(handler.payloads).containsExactly("n1", "n3");
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
