package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Trimming removes what is old, or too many, and acknowledged by every group; nothing else. */
class RetentionTest {

  private static final String STREAM = "test:{retention}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.retention", "100ms")
          .overrideConfigKey("mp.messaging.incoming.in.maintenance-interval", "100ms")
          .overrideConfigKey("mp.messaging.incoming.short.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.short.stream", STREAM + ":short")
          .overrideConfigKey("mp.messaging.incoming.short.max-length", "200")
          .overrideConfigKey("mp.messaging.incoming.short.maintenance-interval", "100ms");

  @Inject Handler handler;

  @Test
  void whatAGroupHasNotAcknowledgedStays() throws Exception {
    TestRedis.call("CONFIG", "SET", "stream-node-max-entries", "10");
    TestRedis.call("XGROUP", "CREATE", STREAM, "slow", "0", "MKSTREAM");
    List<String> ids =
        IntStream.range(0, 100).mapToObj(i -> TestRedis.add(STREAM, "n" + i)).toList();
    await().until(() -> handler.handled.get() == 100);
    Thread.sleep(600);
    assertThat(TestRedis.number("XLEN", STREAM))
        .as("the slow group has read nothing")
        .isEqualTo(100);

    TestRedis.call("XREADGROUP", "GROUP", "slow", "reader", "COUNT", 50, "STREAMS", STREAM, ">");
    TestRedis.call("XACK", STREAM, "slow", ids.get(0), ids.get(1), ids.get(3));
    Thread.sleep(600);
    assertThat(firstId())
        .as("the oldest pending, or a little before")
        .isLessThanOrEqualTo(ids.get(2));

    ids.subList(0, 45).forEach(id -> TestRedis.call("XACK", STREAM, "slow", id));
    await()
        .untilAsserted(() -> assertThat(TestRedis.number("XLEN", STREAM)).isLessThanOrEqualTo(65));
    assertThat(firstId()).isLessThanOrEqualTo(ids.get(45));
    assertThat(TestRedis.number("XLEN", STREAM)).isGreaterThanOrEqualTo(55);
  }

  @Test
  void noMoreStayThanTheLength() {
    String stream = STREAM + ":short";
    for (int i = 0; i < 500; i++) {
      TestRedis.add(stream, "n" + i);
    }

    // Whole nodes go: of 100 entries, unless another test made them smaller.
    await().until(() -> TestRedis.number("XLEN", stream) < 300);
    assertThat(TestRedis.number("XLEN", stream)).isGreaterThanOrEqualTo(200);
  }

  private static String firstId() {
    return (String)
        ((List<?>) TestRedis.list("XRANGE", STREAM, "-", "+", "COUNT", 1).get(0)).get(0);
  }

  @Singleton
  static class Handler {
    final AtomicInteger handled = new AtomicInteger();

    @Incoming("in")
    void on(byte[] payload) {
      handled.incrementAndGet();
    }

    @Incoming("short")
    void onShort(byte[] payload) {}
  }
}
