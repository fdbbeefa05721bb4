package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A channel that may hold a single entry still takes one after the other without a pause, new ones
 * and those that are tried again.
 */
class OneAtATimeTest {

  private static final String STREAM = "test:{one}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.max-in-flight", "1")
          .overrideConfigKey("mp.messaging.incoming.in.retry-delay", "1ms")
          // Far longer than the test may take: whoever waits for it is found out.
          .overrideConfigKey("mp.messaging.incoming.in.block", "20s");

  @Inject Handler handler;

  @Test
  void theStreamsTakeTurnsWithoutWaitingForEachOther() {
    await().until(() -> TestRedis.hasGroup(STREAM));
    List<String> added = IntStream.range(0, 50).mapToObj(n -> "n" + n).toList();
    added.forEach(data -> TestRedis.add(STREAM, data));

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(handler.done).containsAll(added));
    assertThat(handler.failed).containsExactly("n7");
    await().untilAsserted(() -> assertThat(TestRedis.pending(STREAM, "app")).isZero());
  }

  @Singleton
  static class Handler {
    final List<String> done = new CopyOnWriteArrayList<>();
    final List<String> failed = new CopyOnWriteArrayList<>();

    @Incoming("in")
    @Blocking
    void on(byte[] payload) throws InterruptedException {
      String text = new String(payload, UTF_8);
      if (text.equals("n7") && failed.isEmpty()) {
        failed.add(text);
        throw new IllegalStateException("the first time");
      }
      Thread.sleep(40);
      done.add(text);
    }
  }
}
