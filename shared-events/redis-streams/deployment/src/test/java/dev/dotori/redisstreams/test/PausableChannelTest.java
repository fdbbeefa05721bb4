package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.ChannelRegistry;
import io.smallrye.reactive.messaging.PausableChannel;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * While a channel is paused no more is read than its bound, what it holds stays its own, and once
 * resumed it goes on where it was.
 */
class PausableChannelTest {

  private static final String STREAM = "test:{pausable}";
  private static final int ENTRIES = 60;
  private static final int HELD = 7;
  private static final Duration LEASE = Duration.ofMillis(900);

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.pausable", "true")
          .overrideConfigKey("mp.messaging.incoming.in.max-in-flight", String.valueOf(HELD))
          .overrideConfigKey("mp.messaging.incoming.in.lease", LEASE.toMillis() + "ms")
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "100ms")
          .overrideConfigKey("mp.messaging.incoming.initially.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.initially.stream", STREAM + ":initially")
          .overrideConfigKey("mp.messaging.incoming.initially.pausable", "true")
          .overrideConfigKey("mp.messaging.incoming.initially.pausable.initially-paused", "true");

  @Inject ChannelRegistry registry;
  @Inject Handler handler;

  @Test
  void whatIsHeldWhilePausedIsNotLostAndNothingMoreIsRead() {
    TestRedis.add(STREAM, "before");
    await().until(() -> handler.payloads.contains("before"));
    PausableChannel channel = registry.getPausable("in");
    channel.pause();
    List<String> added =
        IntStream.range(0, ENTRIES)
            .mapToObj(n -> {
              TestRedis.add(STREAM, "n" + n);
              return "n" + n;
            })
            .toList();

    // Another consumer of the group looks for what has no lease any more, for several leases long.
    await().until(() -> TestRedis.pending(STREAM, "app") == HELD);
    long end = System.nanoTime() + 4 * LEASE.toNanos();
    while (System.nanoTime() < end) {
      assertThat(TestRedis.pending(STREAM, "app")).isEqualTo(HELD);
      assertThat(
              TestRedis.list("XPENDING", STREAM, "app", "IDLE", LEASE.toMillis(), "-", "+", HELD))
          .as("entries whose lease has ended")
          .isEmpty();
      pause(50);
    }
    int handled = handler.payloads.size();
    assertThat(channel.isPaused()).isTrue();
    assertThat(handled).as("what was asked for before the pause").isLessThanOrEqualTo(1 + HELD);

    channel.resume();

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> {
          assertThat(handler.payloads).hasSize(1 + ENTRIES);
          assertThat(TestRedis.pending(STREAM, "app")).isZero();
        });
    assertThat(handler.payloads.subList(1, 1 + ENTRIES))
        .as("in order, each once")
        .containsExactlyElementsOf(added);
  }

  @Test
  void aChannelThatBeginsPausedHandsOverNothingUntilItIsResumed() {
    String stream = STREAM + ":initially";
    TestRedis.add(stream, "first");
    PausableChannel channel = registry.getPausable("initially");
    await().until(() -> TestRedis.hasGroup(stream));
    pause(200);
    assertThat(handler.initially).isEmpty();

    channel.resume();

    await().until(() -> handler.initially.equals(List.of("first")));
    await().untilAsserted(() -> assertThat(TestRedis.pending(stream, "app")).isZero());
  }

  private static void pause(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Singleton
  static class Handler {
    final List<String> payloads = new CopyOnWriteArrayList<>();
    final List<String> initially = new CopyOnWriteArrayList<>();

    @Incoming("in")
    @Blocking
    void on(byte[] payload) {
      payloads.add(new String(payload, UTF_8));
    }

    @Incoming("initially")
    @Blocking
    void initially(byte[] payload) {
      initially.add(new String(payload, UTF_8));
    }
  }
}
