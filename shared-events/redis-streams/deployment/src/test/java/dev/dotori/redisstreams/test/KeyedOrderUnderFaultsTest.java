package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * While connections break at random, handlers fail at random, consumers come and go and partitions
 * change hands, no entry is missing, and none is done for the first time after a later one of its
 * key.
 */
class KeyedOrderUnderFaultsTest {

  private static final String STREAM = "test:{keyed-faults}";
  private static final String MEMBERS = STREAM + ":members:app";
  private static final int PARTITIONS = 8;
  private static final int KEYS = 40;
  private static final int ENTRIES_PER_KEY = 50;
  private static final long SEED = Long.getLong("redis-streams.test.seed", System.nanoTime());

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class, TcpProxy.class)
          .overrideConfigKey("quarkus.redis.hosts", TcpProxy.url())
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.partitions", "" + PARTITIONS)
          .overrideConfigKey("mp.messaging.incoming.in.concurrency", "3")
          .overrideConfigKey("mp.messaging.incoming.in.block", "500ms")
          .overrideConfigKey("mp.messaging.incoming.in.lease", "1s")
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "100ms")
          .overrideConfigKey("mp.messaging.incoming.in.max-deliveries", "0")
          .overrideConfigKey("mp.messaging.incoming.in.retry-attempts", "100")
          .overrideConfigKey("mp.messaging.incoming.in.retry-delay", "20ms")
          .overrideConfigKey("mp.messaging.incoming.in.retry-max-delay", "40ms");

  @Inject Handler handler;

  @Test
  void everyKeyIsDoneInOrder() throws InterruptedException {
    Random random = new Random(SEED);
    for (int n = 0; n < ENTRIES_PER_KEY; n++) {
      for (int k = 0; k < KEYS; k++) {
        TestPartitions.add(STREAM, PARTITIONS, "key-" + k, "" + n);
      }
      if (n % 3 == 0) {
        trouble(random);
      }
    }

    await("seed " + SEED)
        .atMost(Duration.ofSeconds(60))
        .until(() -> handler.isDone(KEYS, ENTRIES_PER_KEY));
    List<String> inOrder = IntStream.range(0, ENTRIES_PER_KEY).mapToObj(Integer::toString).toList();
    handler.firstDone.forEach((key, numbers) ->
        assertThat(List.copyOf(numbers)).as("%s, seed %d", key, SEED).isEqualTo(inOrder));
    assertThat(handler.together).as("two of one key at once, seed " + SEED).isEmpty();
    await("seed " + SEED)
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          assertThat(TestPartitions.pending(STREAM, PARTITIONS, "app")).isZero();
          assertThat(TestPartitions.failed(STREAM, PARTITIONS, "app")).isZero();
        });
  }

  private static void trouble(Random random) throws InterruptedException {
    switch (random.nextInt(3)) {
      case 0 -> TcpProxy.cut();
      // A consumer that joins, and takes nothing until it counts as gone.
      case 1 ->
          TestRedis.call(
              "ZADD", MEMBERS, System.currentTimeMillis() + 400, "z" + random.nextInt(3));
      default -> Thread.sleep(random.nextInt(300));
    }
  }

  @Singleton
  static class Handler {
    final Map<String, Set<String>> firstDone = new ConcurrentHashMap<>();
    final Map<String, Long> inWork = new ConcurrentHashMap<>();
    final List<String> together = new CopyOnWriteArrayList<>();
    final Random random = new Random(SEED);

    boolean isDone(int keys, int entries) {
      return firstDone.size() == keys
          && firstDone.values().stream().allMatch(numbers -> numbers.size() == entries);
    }

    @Incoming("in")
    @RunOnVirtualThread
    void on(byte[] payload, IncomingRedisStreamMetadata entry) throws InterruptedException {
      String key = entry.key().orElseThrow();
      Long other = inWork.put(key, entry.fence().orElseThrow());
      if (other != null) {
        together.add(key + " under the fences " + other + " and " + entry.fence());
      }
      try {
        Thread.sleep(random.nextInt(6));
        if (random.nextInt(20) == 0) {
          throw new IllegalStateException("by chance");
        }
        Set<String> done = firstDone.computeIfAbsent(key, none -> new LinkedHashSet<>());
        synchronized (done) {
          done.add(new String(payload, UTF_8));
        }
      } finally {
        inWork.remove(key);
      }
    }
  }
}
