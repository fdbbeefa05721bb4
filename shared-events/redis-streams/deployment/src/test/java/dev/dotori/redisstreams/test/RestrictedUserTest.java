package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A user of Redis that may only use keys of one prefix, and no dangerous commands, is enough for
 * everything.
 */
class RestrictedUserTest {

  private static final String STREAM = "allowed:{restricted}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.retry-attempts", "1")
          .overrideConfigKey("mp.messaging.incoming.in.retry-delay", "50ms")
          .overrideConfigKey("mp.messaging.incoming.in.maintenance-interval", "50ms")
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "50ms")
          .overrideConfigKey("quarkus.redis.hosts", TestRedis.restrictedUrl())
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.full.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.full.stream", STREAM + ":full")
          .overrideConfigKey("mp.messaging.outgoing.full.partitions", "1")
          .overrideConfigKey("mp.messaging.outgoing.full.idempotence", "true")
          .overrideConfigKey("mp.messaging.outgoing.full.max-length", "1000")
          .overrideConfigKey("mp.messaging.outgoing.full.maintenance-interval", "50ms");

  @Inject Handler handler;

  @Inject
  @Channel("out")
  MutinyEmitter<String> out;

  @Inject
  @Channel("full")
  MutinyEmitter<String> full;

  @Test
  void publishingOnceByKeyAndLaterWorks() {
    full.sendAndAwait("at once");
    full.sendMessageAndAwait(
        Message.of("later")
            .addMetadata(OutgoingRedisStreamMetadata.create().withDelay(Duration.ofMillis(200))));

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(TestRedis.payloads(STREAM + ":full:0")).containsExactly("at once", "later"));
  }

  @Test
  void publishingRetryingAndDeadLettersWork() {
    out.sendAndAwait("good");
    out.sendAndAwait("bad");

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(TestRedis.entries(STREAM + ":dead:app")).hasSize(1));
    assertThat(handler.payloads).containsExactlyInAnyOrder("good", "bad", "bad");
    await().untilAsserted(() -> assertThat(TestRedis.pending(STREAM, "app")).isZero());
  }

  @Singleton
  static class Handler {
    final List<String> payloads = new CopyOnWriteArrayList<>();

    @Incoming("in")
    @Blocking
    void on(byte[] payload) {
      String text = new String(payload, UTF_8);
      payloads.add(text);
      if (text.equals("bad")) {
        throw new IllegalStateException("bad");
      }
    }
  }
}
