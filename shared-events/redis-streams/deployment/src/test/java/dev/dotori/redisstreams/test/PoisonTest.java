package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.IncomingRedisStreamBatchMetadata;
import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An entry that kills its consumer each time ends as a dead letter, and does not take its
 * neighbours with it.
 */
class PoisonTest {

  private static final String STREAM = "test:{poison}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.lease", "1s")
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "100ms")
          .overrideConfigKey("mp.messaging.incoming.in.max-deliveries", "4")
          .overrideConfigKey("mp.messaging.incoming.in.batch", "true");

  @Inject Handler handler;

  @Test
  void onlyThePoisonIsADeadLetter() {
    await().until(() -> TestRedis.hasGroup(STREAM));
    // As processes that were killed left them: one entry was in work at its fourth delivery, its
    // neighbours were read twice along with it.
    TestRedis.call(
        "EVAL",
        "for i = 1, 4 do redis.call('XADD', KEYS[1], i .. '-1', 'data', 'n' .. i) end\n"
            + "redis.call('XREADGROUP', 'GROUP', 'app', 'dead', 'COUNT', 4, 'STREAMS', KEYS[1], '>')\n"
            + "redis.call('XCLAIM', KEYS[1], 'app', 'dead', 0, '2-1', 'RETRYCOUNT', 4)\n"
            + "redis.call('XCLAIM', KEYS[1], 'app', 'dead', 0, '3-1', '4-1', 'RETRYCOUNT', 2)",
        1,
        STREAM);

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> handler.batches.stream().mapToInt(List::size).sum() == 3);
    // Those that were taken over before come one by one, each with its delivery counted.
    assertThat(handler.batches)
        .containsExactlyInAnyOrder(List.of("n1:2"), List.of("n3:3"), List.of("n4:3"));
    assertThat(handler.suspectsTogether).hasValue(1);
    await()
        .untilAsserted(() ->
            assertThat(TestRedis.entries(STREAM + ":dead:app"))
                .singleElement()
                .satisfies(dead ->
                    assertThat(dead)
                        .containsEntry("data", "n2")
                        .containsEntry("dead-letter-id", "2-1")
                        .containsEntry("dead-letter-attempts", "4")
                        .containsEntry(
                            "dead-letter-reason", "delivered 4 times, and no consumer answered")));
    await().untilAsserted(() -> assertThat(TestRedis.pending(STREAM, "app")).isZero());
  }

  @Singleton
  static class Handler {
    final List<List<String>> batches = new CopyOnWriteArrayList<>();
    final AtomicInteger suspectsInWork = new AtomicInteger();
    final AtomicInteger suspectsTogether = new AtomicInteger();

    @Incoming("in")
    @Blocking(ordered = false)
    CompletionStage<Void> on(Message<List<byte[]>> batch) throws InterruptedException {
      int suspects = suspects(batch);
      suspectsTogether.accumulateAndGet(suspectsInWork.addAndGet(suspects), Math::max);
      batches.add(
          batch.getMetadata(IncomingRedisStreamBatchMetadata.class).orElseThrow().entries().stream()
              .map(entry -> entry.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow())
              .map(entry -> entry.field("data").orElseThrow() + ":" + entry.deliveryCount())
              .toList());
      Thread.sleep(100);
      suspectsInWork.addAndGet(-suspects);
      return batch.ack();
    }

    private static int suspects(Message<List<byte[]>> batch) {
      return (int)
          batch.getMetadata(IncomingRedisStreamBatchMetadata.class).orElseThrow().entries().stream()
              .map(entry -> entry.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow())
              .filter(entry -> entry.deliveryCount() > 2)
              .count();
    }
  }
}
