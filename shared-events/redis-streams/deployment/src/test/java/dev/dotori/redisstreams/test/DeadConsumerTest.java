package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
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

/** What a dead consumer left pending is taken over when its lease has ended, and not before. */
class DeadConsumerTest {

  private static final String STREAM = "test:{dead-consumer}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.group", "workers")
          .overrideConfigKey("mp.messaging.incoming.in.lease", "1500ms")
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "200ms");

  @Inject Handler handler;

  @Test
  void anotherConsumerGetsItsEntries() {
    await().until(() -> TestRedis.hasGroup(STREAM));
    // Read and never answered, as by a process that was killed. The read is in one step with the
    // adding, so that the application can't be faster.
    TestRedis.call(
        "EVAL",
        "for i = 1, 5 do redis.call('XADD', KEYS[1], '*', 'data', 'n' .. i) end\n"
            + "redis.call('XREADGROUP', 'GROUP', 'workers', 'dead', 'COUNT', 5, 'STREAMS', KEYS[1], '>')",
        1,
        STREAM);
    long read = System.nanoTime();

    await().atMost(Duration.ofSeconds(10)).until(() -> handler.entries.size() == 5);

    Duration took = Duration.ofNanos(System.nanoTime() - read);
    assertThat(took).isGreaterThan(Duration.ofMillis(1400)).isLessThan(Duration.ofMillis(3700));
    assertThat(handler.entries)
        .extracting(e -> e.field("data").orElseThrow())
        .containsExactly("n1", "n2", "n3", "n4", "n5");
    assertThat(handler.entries)
        .extracting(IncomingRedisStreamMetadata::deliveryCount)
        .containsOnly(2);
    await().untilAsserted(() -> assertThat(TestRedis.pending(STREAM, "workers")).isZero());
  }

  @Singleton
  static class Handler {
    final List<IncomingRedisStreamMetadata> entries = new CopyOnWriteArrayList<>();

    @Incoming("in")
    CompletionStage<Void> on(Message<byte[]> entry) {
      entries.add(entry.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow());
      return entry.ack();
    }
  }
}
