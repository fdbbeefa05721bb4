package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.IncomingRedisStreamBatchMetadata;
import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A batch of a partitioned stream holds at most one entry of a key, so that none overtakes. */
class KeyedBatchesTest {

  private static final String STREAM = "test:{keyed-batches}";
  private static final int PARTITIONS = 2;

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.partitions", "" + PARTITIONS)
          .overrideConfigKey("mp.messaging.incoming.in.batch", "true")
          .overrideConfigKey("mp.messaging.incoming.in.retry-delay", "50ms");

  @Inject Handler handler;

  @Test
  void keysStayInOrderAlsoWhenOneOfABatchFails() {
    for (int n = 0; n < 10; n++) {
      for (int k = 0; k < 20; k++) {
        TestPartitions.add(STREAM, PARTITIONS, "key-" + k, "" + n);
      }
    }

    await()
        .atMost(Duration.ofSeconds(15))
        .until(() ->
            handler.done.size() == 20
                && handler.done.values().stream().allMatch(numbers -> numbers.size() == 10));
    List<String> inOrder = IntStream.range(0, 10).mapToObj(n -> "" + n).toList();
    assertThat(handler.done)
        .allSatisfy((key, numbers) -> assertThat(numbers).as(key).isEqualTo(inOrder));
    assertThat(handler.twiceInABatch).isEmpty();
    assertThat(handler.sizes).anyMatch(size -> size > 1);
  }

  @Singleton
  static class Handler {
    final Map<String, List<String>> done = new ConcurrentHashMap<>();
    final List<String> twiceInABatch = new CopyOnWriteArrayList<>();
    final List<Integer> sizes = new CopyOnWriteArrayList<>();

    @Incoming("in")
    @RunOnVirtualThread
    CompletionStage<Void> on(Message<List<byte[]>> batch) {
      List<IncomingRedisStreamMetadata> entries =
          batch.getMetadata(IncomingRedisStreamBatchMetadata.class).orElseThrow().entries().stream()
              .map(entry -> entry.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow())
              .toList();
      sizes.add(entries.size());
      Map<String, String> keys = new ConcurrentHashMap<>();
      for (int i = 0; i < entries.size(); i++) {
        String key = entries.get(i).key().orElseThrow();
        String number = entries.get(i).field("data").orElseThrow();
        if (keys.put(key, number) != null) {
          twiceInABatch.add(key);
        }
        if (key.equals("key-7") && number.equals("3") && entries.get(i).deliveryCount() == 1) {
          batch
              .getMetadata(IncomingRedisStreamBatchMetadata.class)
              .orElseThrow()
              .entries()
              .get(i)
              .nack(new IllegalStateException("the first time"));
        } else {
          done.computeIfAbsent(key, none -> new CopyOnWriteArrayList<>()).add(number);
        }
      }
      return batch.ack();
    }
  }
}
