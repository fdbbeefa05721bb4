package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An entry is acknowledged when its handler has succeeded, and not before. */
class AckAfterSuccessTest {

  private static final String STREAM = "test:{ack}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM);

  @Inject Handler handler;

  @Test
  void anEntryIsPendingWhileItIsInWork() throws Exception {
    TestRedis.add(STREAM, "work");

    assertThat(handler.begun.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(TestRedis.pending(STREAM, "app")).isEqualTo(1);

    handler.mayEnd.countDown();
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(TestRedis.pending(STREAM, "app")).isZero());
  }

  @Singleton
  static class Handler {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch mayEnd = new CountDownLatch(1);

    @Incoming("in")
    @Blocking
    void on(byte[] payload) throws InterruptedException {
      begun.countDown();
      mayEnd.await();
    }
  }
}
