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
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a dead owner of a partition left pending is taken over when its lease ends, before anything
 * new and in the stream's order; what kills each owner ends as a dead letter.
 */
class PartitionTakeOverTest {

  private static final String STREAM = "test:{partition-take-over}";
  private static final String LEASES = STREAM + ":leases:app";
  private static final String MEMBERS = STREAM + ":members:app";
  private static final Duration LEASE = Duration.ofSeconds(4);

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .setBeforeAllCustomizer(PartitionTakeOverTest::leaveWorkBehind)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.partitions", "1")
          .overrideConfigKey("mp.messaging.incoming.in.lease", LEASE.toMillis() + "ms")
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "200ms")
          .overrideConfigKey("mp.messaging.incoming.in.max-deliveries", "4");

  @Inject Handler handler;

  /** As a process that was killed with its lease just renewed. */
  private static void leaveWorkBehind() {
    String partition = STREAM + ":0";
    for (int n = 1; n <= 6; n++) {
      TestRedis.call("XADD", partition, n + "-1", "key", "k", "data", "n" + n);
    }
    TestRedis.call("XGROUP", "CREATE", partition, "app", "0");
    TestRedis.call("XREADGROUP", "GROUP", "app", "dead", "COUNT", 4, "STREAMS", partition, ">");
    // The second killed its owner four times, the third was there three times.
    TestRedis.call("XCLAIM", partition, "app", "dead", 0, "2-1", "RETRYCOUNT", 4);
    TestRedis.call("XCLAIM", partition, "app", "dead", 0, "3-1", "RETRYCOUNT", 3);
    long ends = System.currentTimeMillis() + LEASE.toMillis();
    // This class is loaded twice, and Redis is one.
    TestRedis.call("SET", STREAM + ":ends", ends);
    TestRedis.call("HSET", LEASES, "0", "17 1 " + ends + " dead", "fence", "17");
    TestRedis.call("ZADD", MEMBERS, ends, "dead");
  }

  @Test
  void pendingEntriesComeFirstAndInOrder() {
    await().atMost(Duration.ofSeconds(10)).until(() -> handler.entries.size() == 5);

    assertThat(handler.entries)
        .extracting(Handler.Entry::data)
        .containsExactly("n1", "n3", "n4", "n5", "n6");
    assertThat(handler.entries)
        .extracting(Handler.Entry::deliveries)
        .containsExactly(2, 4, 2, 1, 1);
    assertThat(handler.entries).allSatisfy(entry -> assertThat(entry.fence()).isGreaterThan(17));
    // Not before the lease ended, and not long after it. Redis and the test share a clock.
    long ends = Long.parseLong((String) TestRedis.call("GET", STREAM + ":ends"));
    assertThat(handler.entries.getFirst().at()).isBetween(ends - 5, ends + 3_000);
    await()
        .untilAsserted(() ->
            assertThat(TestRedis.entries(STREAM + ":dead:app"))
                .singleElement()
                .satisfies(dead ->
                    assertThat(dead)
                        .containsEntry("data", "n2")
                        .containsEntry("dead-letter-attempts", "4")));
    await().untilAsserted(() -> assertThat(TestRedis.pending(STREAM + ":0", "app")).isZero());
  }

  @Singleton
  static class Handler {
    record Entry(String data, int deliveries, long fence, long at) {}

    final List<Entry> entries = new CopyOnWriteArrayList<>();

    @Incoming("in")
    @RunOnVirtualThread
    void on(byte[] payload, IncomingRedisStreamMetadata entry) {
      entries.add(
          new Entry(
              new String(payload, UTF_8),
              entry.deliveryCount(),
              entry.fence().orElseThrow(),
              System.currentTimeMillis()));
    }
  }
}
