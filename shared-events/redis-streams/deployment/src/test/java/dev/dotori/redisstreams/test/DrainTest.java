package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Shutdown lets what is in work end and be acknowledged, and gives back what nobody has begun. */
class DrainTest {

  private static final String STREAM = "test:{drain}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.lease", "60s")
          .setAfterUndeployListener(DrainTest::assertDrained);

  @Inject Handler handler;

  @Test
  void theApplicationStopsWhileEntriesAreInWorkAndWaiting() throws Exception {
    for (int i = 0; i < 10; i++) {
      TestRedis.add(STREAM, "n" + i);
    }
    assertThat(handler.begun.await(10, TimeUnit.SECONDS)).isTrue();
    // The first is in work for another second; here the application is stopped.
  }

  private static void assertDrained() {
    assertThat(TestRedis.list("SMEMBERS", "test:{drain}:done")).contains("n0");
    List<Object> pending = TestRedis.list("XPENDING", STREAM, "app", "-", "+", 100);
    assertThat(pending).hasSize(10 - (int) TestRedis.number("SCARD", "test:{drain}:done"));
    assertThat(pending)
        .isNotEmpty()
        .allSatisfy(row -> {
          List<?> entry = (List<?>) row;
          assertThat((Long) entry.get(2))
              .as("idle: may be taken over at once")
              .isGreaterThanOrEqualTo(60_000);
          assertThat((Long) entry.get(3)).as("deliveries: it was not begun").isZero();
        });
  }

  @Singleton
  static class Handler {
    final CountDownLatch begun = new CountDownLatch(1);

    @Incoming("in")
    @Blocking
    void on(byte[] payload) throws InterruptedException {
      begun.countDown();
      Thread.sleep(1_000);
      TestRedis.call("SADD", "test:{drain}:done", new String(payload, UTF_8));
    }
  }
}
