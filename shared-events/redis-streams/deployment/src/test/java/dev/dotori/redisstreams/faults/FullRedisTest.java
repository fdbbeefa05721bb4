package dev.dotori.redisstreams.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.local.servers.RedisServer;
import dev.dotori.redisstreams.PermanentFailureException;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

/** Redis has no memory left: what needs none goes on, the rest waits, and nothing is lost. */
class FullRedisTest {

  private static final String STREAM = "faults:{full}";

  @Test
  void successesAreAcknowledgedAndFailuresWait() {
    Vertx vertx = Vertx.vertx();
    Queue<Message<byte[]>> inWork = new ConcurrentLinkedQueue<>();
    try (RedisServer redis = RedisServer.temporary().start();
        PlainConsumer consumer =
            PlainConsumer.start(
                vertx,
                PlainChannels.options(List.of(redis.url())),
                Map.of("stream", STREAM, "group", "g", "lease", "1s", "block", "200ms"),
                inWork::add)) {
      for (int i = 0; i < 10; i++) {
        redis.call("XADD", STREAM, "*", "data", "n" + i);
      }
      await().until(() -> inWork.size() == 10);

      redis.call("CONFIG", "SET", "maxmemory", 1);
      inWork.remove().nack(new PermanentFailureException("nobody can"));
      inWork.forEach(Message::ack);

      await().atMost(Duration.ofSeconds(10)).until(() -> consumer.problem().contains("OOM"));
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(pending(redis)).isEqualTo(1));
      // It is not forgotten between two refusals, nor while reading goes well.
      await()
          .during(Duration.ofSeconds(3))
          .atMost(Duration.ofSeconds(6))
          .until(() -> consumer.problem().contains("OOM"));
      assertThat(consumer.isAlive()).isTrue();

      redis.call("CONFIG", "SET", "maxmemory", 0);

      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> {
            assertThat(redis.call("XLEN", STREAM + ":dead:g")).isEqualTo(1L);
            assertThat(pending(redis)).isZero();
            assertThat(consumer.problem()).isEmpty();
          });
      assertThat(inWork).as("what had been settled did not come again").hasSize(9);
    } finally {
      vertx.close();
    }
  }

  private static long pending(RedisServer redis) {
    return (Long) ((List<?>) redis.call("XPENDING", STREAM, "g")).getFirst();
  }
}
