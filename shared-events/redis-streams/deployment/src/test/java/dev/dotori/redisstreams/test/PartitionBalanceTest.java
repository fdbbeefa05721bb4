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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Consumers of a group share its partitions evenly as they come and go; a partition changes hands
 * only when what its owner has in work is done.
 */
class PartitionBalanceTest {

  private static final String STREAM = "test:{balance}";
  private static final String LEASES = STREAM + ":leases:app";
  private static final String MEMBERS = STREAM + ":members:app";
  private static final int PARTITIONS = 6;

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.partitions", "" + PARTITIONS)
          .overrideConfigKey("mp.messaging.incoming.in.lease", "3s")
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "100ms")
          // Two consumers of this process: SmallRye makes the channel twice.
          .overrideConfigKey("mp.messaging.incoming.in.consumer", "app")
          .overrideConfigKey("mp.messaging.incoming.in.concurrency", "2");

  @Inject Handler handler;

  @Test
  void consumersShareEvenlyAsTheyComeAndGo() {
    // given two consumers
    awaitShares(Map.of("app$1", 3, "app$2", 3));

    // when a third comes, that is another program
    joinAs("third");
    // then each leaves one, which the third may take
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(owners()).isEqualTo(Map.of("app$1", 2, "app$2", 2)));

    // when it goes
    TestRedis.call("ZREM", MEMBERS, "third");
    // then they take them again
    awaitShares(Map.of("app$1", 3, "app$2", 3));
  }

  @Test
  void aPartitionInWorkIsLeftWhenTheWorkIsDone() {
    awaitShares(Map.of("app$1", 3, "app$2", 3));
    // given each partition with an entry in work, and another behind it
    for (int p = 0; p < PARTITIONS; p++) {
      TestRedis.call("XADD", STREAM + ":" + p, "*", "key", "k" + p, "data", "slow-" + p);
      TestRedis.call("XADD", STREAM + ":" + p, "*", "key", "k" + p, "data", "behind-" + p);
    }
    await().until(() -> handler.begun.size() == PARTITIONS);

    // when nearly all must be left
    for (int n = 0; n < 4; n++) {
      joinAs("other-" + n);
    }
    // then none is free while its entry is in work; two leases' worth of renewals pass
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(owners()).isEqualTo(Map.of("app$1", 3, "app$2", 3)));
    handler.go.countDown();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(owners()).isEqualTo(Map.of("app$1", 1, "app$2", 1)));
    // and what was not begun is its next owner's, as if nobody had had it
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> {
          long unread = 0;
          for (int p = 0; p < PARTITIONS; p++) {
            unread += behind(p);
          }
          assertThat(unread).isEqualTo(4);
        });

    for (int n = 0; n < 4; n++) {
      TestRedis.call("ZREM", MEMBERS, "other-" + n);
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(new TreeSet<>(handler.begun)).hasSize(2 * PARTITIONS));
    assertThat(handler.begun).doesNotHaveDuplicates();
    assertThat(handler.deliveries).containsOnly(1);
  }

  /** 1 if the entry behind the slow one is unread or pending with no delivery counted. */
  private static long behind(int p) {
    String stream = STREAM + ":" + p;
    List<Object> pending = TestRedis.list("XPENDING", stream, "app", "-", "+", 10);
    long givenBack = pending.stream().filter(row -> ((List<?>) row).get(3).equals(0L)).count();
    long groupRead = TestRedis.list("XRANGE", stream, "-", "+").size();
    String delivered = (String) groupInfo(stream).get("last-delivered-id");
    long read = TestRedis.list("XRANGE", stream, "-", delivered).size();
    return givenBack + groupRead - read;
  }

  private static Map<String, Object> groupInfo(String stream) {
    List<?> group = (List<?>) TestRedis.list("XINFO", "GROUPS", stream).getFirst();
    Map<String, Object> info = new TreeMap<>();
    for (int i = 0; i < group.size(); i += 2) {
      info.put((String) group.get(i), group.get(i + 1));
    }
    return info;
  }

  private static void joinAs(String name) {
    TestRedis.call("ZADD", MEMBERS, System.currentTimeMillis() + 60_000, name);
  }

  private static void awaitShares(Map<String, Integer> shares) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(owners()).isEqualTo(shares));
  }

  /** How many partitions each consumer has. */
  private static Map<String, Integer> owners() {
    Map<String, Integer> owners = new TreeMap<>();
    List<Object> leases = TestRedis.list("HGETALL", LEASES);
    for (int i = 0; i < leases.size(); i += 2) {
      if (!leases.get(i).equals("fence")) {
        owners.merge(((String) leases.get(i + 1)).split(" ")[3], 1, Integer::sum);
      }
    }
    return owners;
  }

  @Singleton
  static class Handler {
    final List<String> begun = new CopyOnWriteArrayList<>();
    final List<Integer> deliveries = new CopyOnWriteArrayList<>();
    final CountDownLatch go = new CountDownLatch(1);

    @Incoming("in")
    @RunOnVirtualThread
    void on(byte[] payload, IncomingRedisStreamMetadata entry) throws InterruptedException {
      begun.add(new String(payload, UTF_8));
      deliveries.add(entry.deliveryCount());
      go.await();
    }
  }
}
