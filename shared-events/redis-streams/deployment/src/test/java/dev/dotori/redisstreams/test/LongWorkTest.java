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
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Work that takes ten times the lease has one effect: while it lasts the lease is renewed. */
class LongWorkTest {

  private static final String STREAM = "test:{long-work}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.lease", "2s")
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "200ms")
          .overrideConfigKey("mp.messaging.incoming.other.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.other.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.other.lease", "2s")
          .overrideConfigKey("mp.messaging.incoming.other.claim-interval", "200ms");

  @Inject Handler handler;

  @Test
  void nobodyElseTakesItOver() {
    for (int i = 0; i < 2; i++) {
      TestRedis.add(STREAM, i == 0 ? "long" : "short");
    }
    // Two consumers in one group; entries wait in both behind the one that is in work.
    await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> handler.done.size() >= 2 && TestRedis.pending(STREAM, "app") == 0);
    assertThat(handler.done).containsExactlyInAnyOrder("long", "short");
  }

  @Singleton
  static class Handler {
    final List<String> done = new CopyOnWriteArrayList<>();

    @Incoming("in")
    @Blocking
    void on(byte[] payload) throws InterruptedException {
      work(payload);
    }

    @Incoming("other")
    @Blocking
    void onOther(byte[] payload) throws InterruptedException {
      work(payload);
    }

    private void work(byte[] payload) throws InterruptedException {
      String text = new String(payload, UTF_8);
      if (text.equals("long")) {
        Thread.sleep(20_000);
      }
      done.add(text);
    }
  }
}
