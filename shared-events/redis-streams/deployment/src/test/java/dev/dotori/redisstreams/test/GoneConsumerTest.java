package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A consumer that is gone is removed from the group, but only when nothing is pending under it. */
class GoneConsumerTest {

  private static final String STREAM = "test:{gone}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.lease", "200ms")
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "10m")
          .overrideConfigKey("mp.messaging.incoming.in.maintenance-interval", "100ms");

  @Inject Handler handler;

  @Test
  void theOneWithPendingEntriesStays() {
    await().until(() -> TestRedis.hasGroup(STREAM));
    TestRedis.call("XGROUP", "CREATECONSUMER", STREAM, "app", "idle");
    TestRedis.call(
        "EVAL",
        "redis.call('XADD', KEYS[1], '*', 'data', 'left')\n"
            + "redis.call('XREADGROUP', 'GROUP', 'app', 'holding', 'STREAMS', KEYS[1], '>')",
        1,
        STREAM);
    assertThat(consumers()).contains("idle", "holding");

    await().atMost(Duration.ofSeconds(10)).until(() -> !consumers().contains("idle"));
    assertThat(consumers()).contains("holding");
  }

  private static List<String> consumers() {
    return TestRedis.list("XINFO", "CONSUMERS", STREAM, "app").stream()
        .map(consumer -> (String) ((List<?>) consumer).get(1))
        .toList();
  }

  @Singleton
  static class Handler {
    @Incoming("in")
    void on(byte[] payload) {}
  }
}
