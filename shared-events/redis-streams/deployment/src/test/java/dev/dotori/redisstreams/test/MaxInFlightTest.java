package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Never more than max-in-flight entries are held, however many wait and however slow the handlers
 * are.
 */
class MaxInFlightTest {

  private static final String STREAM = "test:{in-flight}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.max-in-flight", "7");

  @Inject Handler handler;

  @Test
  void noMoreAreReadThanMayBeHeld() throws Exception {
    await().until(() -> TestRedis.hasGroup(STREAM));
    for (int i = 0; i < 100; i++) {
      TestRedis.add(STREAM, "n" + i);
    }
    await().untilAsserted(() -> assertThat(TestRedis.pending(STREAM, "app")).isEqualTo(7));
    for (int i = 0; i < 20; i++) {
      assertThat(TestRedis.pending(STREAM, "app")).isEqualTo(7);
      Thread.sleep(20);
    }
    assertThat(handler.held).hasSizeLessThanOrEqualTo(7);

    handler.settle = true;
    handler.held.forEach(Message::ack);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> {
          assertThat(handler.held).hasSize(100);
          assertThat(TestRedis.pending(STREAM, "app")).isZero();
        });
  }

  @Singleton
  static class Handler {
    final List<Message<byte[]>> held = new CopyOnWriteArrayList<>();
    volatile boolean settle;

    // Answers at once and settles later, so that the demand is never what holds the channel back.
    @Incoming("in")
    @Acknowledgment(Acknowledgment.Strategy.MANUAL)
    CompletionStage<Void> on(Message<byte[]> entry) {
      held.add(entry);
      return settle ? entry.ack() : CompletableFuture.completedFuture(null);
    }
  }
}
