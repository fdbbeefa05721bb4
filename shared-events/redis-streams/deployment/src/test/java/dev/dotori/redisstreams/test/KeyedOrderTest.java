package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.admin.DeadLetterFilter;
import dev.dotori.redisstreams.admin.RedisStreamsAdmin;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Entries with one key are handled one after the other in the stream's order, others meanwhile. */
class KeyedOrderTest {

  private static final String STREAM = "test:{keyed}";
  private static final int PARTITIONS = 4;

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.partitions", "" + PARTITIONS)
          .overrideConfigKey("mp.messaging.incoming.in.max-in-work", "8")
          .overrideConfigKey("mp.messaging.incoming.in.retry-attempts", "2")
          .overrideConfigKey("mp.messaging.incoming.in.retry-delay", "300ms");

  @Inject Handler handler;

  @Inject RedisStreamsAdmin admin;

  @Test
  void eachKeyIsInOrderAndKeysAreConcurrent() {
    List<String> keys = IntStream.range(0, 20).mapToObj(k -> "key-" + k).toList();
    for (int n = 0; n < 30; n++) {
      for (String key : keys) {
        TestPartitions.add(STREAM, PARTITIONS, key, "" + n);
      }
    }

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> keys.stream().allMatch(key -> handler.of(key).size() == 30));
    List<String> inOrder = IntStream.range(0, 30).mapToObj(n -> "" + n).toList();
    for (String key : keys) {
      assertThat(handler.of(key)).as(key).isEqualTo(inOrder);
    }
    assertThat(handler.mostOfOneKey).hasValue(1);
    assertThat(handler.mostAtOnce.get()).isBetween(2, 8);
    assertNothingPending();
  }

  @Test
  void aFailedEntryHoldsUpItsKeyOnly() {
    // given two keys in one partition, of which one's first entry fails twice
    String other = TestPartitions.keyBeside("failing", PARTITIONS);
    TestPartitions.add(STREAM, PARTITIONS, "failing", "twice");
    TestPartitions.add(STREAM, PARTITIONS, "failing", "next");
    TestPartitions.add(STREAM, PARTITIONS, other, "free");

    // then the other key goes on, and the next entry of the failing one comes after the first
    await().atMost(Duration.ofMillis(10_000)).until(() -> handler.of("failing").size() == 4);
    assertThat(handler.of("failing")).containsExactly("twice", "twice", "twice", "next");
    assertThat(handler.counts).containsEntry("twice", List.of(1, 2, 3));
    assertThat(handler.all.indexOf("free")).isLessThan(handler.all.lastIndexOf("twice"));
    assertNothingPending();
    assertThat(TestPartitions.failed(STREAM, PARTITIONS, "app")).isZero();
  }

  @Test
  void aDeadLetterLetsItsKeyGoOn() {
    TestPartitions.add(STREAM, PARTITIONS, "dying", "always");
    TestPartitions.add(STREAM, PARTITIONS, "dying", "last");

    await().atMost(Duration.ofSeconds(10)).until(() -> handler.of("dying").contains("last"));
    assertThat(handler.of("dying")).containsExactly("always", "always", "always", "last");
    await()
        .untilAsserted(() ->
            assertThat(TestRedis.entries(STREAM + ":dead:app"))
                .filteredOn(dead -> "dying".equals(dead.get("key")))
                .singleElement()
                .satisfies(dead ->
                    assertThat(dead)
                        .containsEntry("data", "always")
                        .containsEntry("key", "dying")
                        .containsEntry("dead-letter-attempts", "3")));
    assertNothingPending();
    assertThat(TestPartitions.failed(STREAM, PARTITIONS, "app")).isZero();
  }

  @Test
  void aDeadLetterThatIsGivenBackReachesItsPartitionsOwner() {
    String id = TestPartitions.add(STREAM, PARTITIONS, "back", "until-repaired");
    await().atMost(Duration.ofSeconds(10)).until(() -> handler.of("back").size() == 3);
    await()
        .until(() ->
            TestRedis.entries(STREAM + ":dead:app").stream()
                .anyMatch(dead -> id.equals(dead.get("dead-letter-id"))));

    handler.repaired = true;
    admin
        .deadLetters(STREAM, "app")
        .replay(DeadLetterFilter.all().field("key", "back"))
        .collect()
        .last()
        .await()
        .atMost(Duration.ofSeconds(5));

    await().atMost(Duration.ofSeconds(10)).until(() -> handler.of("back").size() == 4);
    assertThat(handler.counts.get("until-repaired")).containsExactly(1, 2, 3, 1);
    assertNothingPending();
    await()
        .untilAsserted(() ->
            assertThat(
                    TestRedis.number(
                        "XLEN",
                        STREAM + ":" + TestPartitions.of("back", PARTITIONS) + ":retry:app"))
                .isZero());
  }

  @Test
  void entriesWithoutAKeyAreHandledToo() {
    TestRedis.add(STREAM + ":2", "keyless");

    await().until(() -> handler.all.contains("keyless"));
    assertNothingPending();
  }

  private static void assertNothingPending() {
    await()
        .untilAsserted(
            () -> assertThat(TestPartitions.pending(STREAM, PARTITIONS, "app")).isZero());
  }

  @Singleton
  static class Handler {
    final Map<String, List<String>> byKey = new ConcurrentHashMap<>();
    final Map<String, AtomicInteger> inWork = new ConcurrentHashMap<>();
    final Map<String, List<Integer>> counts = new ConcurrentHashMap<>();
    final List<String> all = new CopyOnWriteArrayList<>();
    final AtomicInteger now = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    final AtomicInteger mostOfOneKey = new AtomicInteger();
    volatile boolean repaired;
    final Random random = new Random(4711);

    List<String> of(String key) {
      return byKey.getOrDefault(key, List.of());
    }

    @Incoming("in")
    @RunOnVirtualThread
    void on(byte[] payload, IncomingRedisStreamMetadata entry) throws InterruptedException {
      String key = entry.key().orElse("");
      String data = new String(payload, UTF_8);
      mostAtOnce.accumulateAndGet(now.incrementAndGet(), Math::max);
      AtomicInteger ofKey = inWork.computeIfAbsent(key, none -> new AtomicInteger());
      mostOfOneKey.accumulateAndGet(ofKey.incrementAndGet(), Math::max);
      all.add(data);
      byKey.computeIfAbsent(key, none -> new CopyOnWriteArrayList<>()).add(data);
      counts.merge(data, List.of(entry.deliveryCount()), Handler::joined);
      try {
        Thread.sleep(random.nextInt(4));
        if (data.equals("always")
            || data.equals("until-repaired") && !repaired
            || data.equals("twice") && entry.deliveryCount() < 3) {
          throw new IllegalStateException(data);
        }
      } finally {
        ofKey.decrementAndGet();
        now.decrementAndGet();
      }
    }

    private static List<Integer> joined(List<Integer> before, List<Integer> more) {
      List<Integer> all = new ArrayList<>(before);
      all.addAll(more);
      return all;
    }
  }
}
