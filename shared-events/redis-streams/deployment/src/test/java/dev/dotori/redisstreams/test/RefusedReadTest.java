package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A read that Redis refuses is tried again once a second, whatever else the channel does meanwhile,
 * until Redis takes it.
 */
class RefusedReadTest {

  private static final String STREAM = "test:{refused-read}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "10ms")
          .overrideConfigKey("mp.messaging.incoming.keyed.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.keyed.stream", STREAM + ":keyed")
          .overrideConfigKey("mp.messaging.incoming.keyed.partitions", "2")
          .overrideConfigKey("mp.messaging.incoming.keyed.claim-interval", "10ms")
          .overrideConfigKey("quarkus.redis.hosts", urlOfUserWithoutReading());

  @Inject Handler handler;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  private static String urlOfUserWithoutReading() {
    TestRedis.call("ACL", "SETUSER", "no-reading", "on", ">secret", "~*", "+@all", "-xreadgroup");
    return "redis://no-reading:secret@127.0.0.1:" + TestRedis.port();
  }

  @AfterAll
  static void forgetUser() {
    TestRedis.call("ACL", "DELUSER", "no-reading");
  }

  @Test
  void itIsTriedOnceASecond() {
    long before = refusals();
    long start = System.nanoTime();
    await().atMost(Duration.ofSeconds(20)).until(() -> refusals() - before >= 6);
    long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);

    assertThat(refusals() - before).as("of two channels").isLessThanOrEqualTo(2 * (seconds + 2));
    assertThat(connector.getReadiness().isOk()).isFalse();

    TestRedis.call("ACL", "SETUSER", "no-reading", "+xreadgroup");
    TestRedis.add(STREAM, "shared");
    TestRedis.add(STREAM + ":keyed:0", "keyed");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> {
          assertThat(handler.payloads).containsExactlyInAnyOrder("shared", "keyed");
          assertThat(connector.getReadiness().isOk()).isTrue();
        });
  }

  private static long refusals() {
    return ((String) TestRedis.call("INFO", "commandstats"))
        .lines()
        .filter(line -> line.startsWith("cmdstat_xreadgroup:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*rejected_calls=(\\d+).*", "$1")))
        .sum();
  }

  @Singleton
  static class Handler {
    final List<String> payloads = new CopyOnWriteArrayList<>();

    @Incoming("in")
    @Blocking
    void shared(String payload) {
      payloads.add(payload);
    }

    @Incoming("keyed")
    @Blocking
    void keyed(String payload) {
      payloads.add(payload);
    }
  }
}
