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
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Entries are handed over in batches, in order, and each can be settled alone. */
class BatchesTest {

  private static final String STREAM = "test:{batches}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.batch", "true")
          .overrideConfigKey("mp.messaging.incoming.in.batch-size", "10")
          .overrideConfigKey("mp.messaging.incoming.in.failure-strategy", "dead-letter");

  @Inject Handler handler;

  @Test
  void entriesComeInBatchesAndInOrder() {
    List<String> added =
        IntStream.range(0, 95).mapToObj(n -> TestRedis.add(STREAM, "n" + n)).toList();
    TestRedis.add(STREAM, "bad");

    await().atMost(Duration.ofSeconds(20)).until(() -> handler.ids.size() == 96);
    assertThat(handler.ids.subList(0, 95)).containsExactlyElementsOf(added);
    assertThat(handler.sizes).allMatch(size -> size <= 10).anyMatch(size -> size > 1);
    // The one that failed is a dead letter, its neighbours in the batch are done.
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(TestRedis.pending(STREAM, "app")).isZero());
    assertThat(TestRedis.entries(STREAM + ":dead:app"))
        .singleElement()
        .satisfies(dead -> assertThat(dead).containsEntry("data", "bad"));
  }

  @Singleton
  static class Handler {
    final List<String> ids = new CopyOnWriteArrayList<>();
    final List<Integer> sizes = new CopyOnWriteArrayList<>();

    @Incoming("in")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    @Blocking
    CompletionStage<Void> on(Message<List<byte[]>> batch) {
      IncomingRedisStreamBatchMetadata metadata =
          batch.getMetadata(IncomingRedisStreamBatchMetadata.class).orElseThrow();
      sizes.add(batch.getPayload().size());
      for (Message<byte[]> entry : metadata.entries()) {
        if (new String(entry.getPayload()).equals("bad")) {
          entry.nack(new IllegalStateException("bad"));
        }
        ids.add(entry.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow().id());
      }
      return batch.ack();
    }
  }
}
