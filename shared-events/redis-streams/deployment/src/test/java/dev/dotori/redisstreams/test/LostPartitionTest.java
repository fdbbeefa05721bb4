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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A consumer whose partition became another's, because it was paused or cut off, begins nothing of
 * it any more and takes nothing from it; it may have it again only when its old work has ended.
 */
class LostPartitionTest {

  private static final String STREAM = "test:{lost-partition}";
  private static final String LEASES = STREAM + ":leases:app";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.partitions", "1")
          .overrideConfigKey("mp.messaging.incoming.in.lease", "3s")
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "200ms");

  @Inject Handler handler;

  @Test
  void theFormerOwnerBeginsNothing() {
    // given an entry in work and one behind it
    add("first");
    add("second");
    await().until(() -> handler.entries.size() == 1);

    // when another consumer gets the partition, and what comes then
    long fence = handler.entries.getFirst().fence();
    TestRedis.call("HSET", LEASES, "0", fence + 1 + " 1 99999999999999 other", "fence", fence + 1);
    add("third");
    await().atMost(Duration.ofSeconds(10)).until(() -> owner().equals("other"));
    // Long enough for several rounds of balancing, in which it notices.
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(3))
        .until(() -> handler.entries.size() == 1 && delivered().equals(idOf("second")));

    // when the other one goes while the old work is still going on, the partition stays free
    TestRedis.call("HDEL", LEASES, "0");
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(3))
        .until(() -> TestRedis.number("HEXISTS", LEASES, "0") == 0);

    // then it goes on where it was, once that has ended
    handler.go.countDown();
    await().atMost(Duration.ofSeconds(10)).until(() -> handler.entries.size() == 3);
    assertThat(handler.entries)
        .extracting(Handler.Entry::data)
        .containsExactly("first", "second", "third");
    assertThat(handler.entries.getLast().fence()).isGreaterThan(fence + 1);
    await().untilAsserted(() -> assertThat(TestRedis.pending(STREAM + ":0", "app")).isZero());
  }

  private static void add(String data) {
    TestPartitions.add(STREAM, 1, "key", data);
  }

  private static String owner() {
    String lease = (String) TestRedis.call("HGET", LEASES, "0");
    return lease == null ? "" : lease.split(" ")[3];
  }

  @SuppressWarnings("unchecked")
  private static String delivered() {
    List<Object> group = (List<Object>) TestRedis.list("XINFO", "GROUPS", STREAM + ":0").getFirst();
    return (String) group.get(group.indexOf("last-delivered-id") + 1);
  }

  @SuppressWarnings("unchecked")
  private static String idOf(String data) {
    return TestRedis.list("XRANGE", STREAM + ":0", "-", "+").stream()
        .map(entry -> (List<Object>) entry)
        .filter(entry -> ((List<Object>) entry.get(1)).contains(data))
        .map(entry -> (String) entry.getFirst())
        .findFirst()
        .orElseThrow();
  }

  @Singleton
  static class Handler {
    record Entry(String data, long fence) {}

    final List<Entry> entries = new CopyOnWriteArrayList<>();
    final CountDownLatch go = new CountDownLatch(1);

    @Incoming("in")
    @RunOnVirtualThread
    void on(byte[] payload, IncomingRedisStreamMetadata entry) throws InterruptedException {
      entries.add(new Entry(new String(payload, UTF_8), entry.fence().orElseThrow()));
      go.await();
    }
  }
}
