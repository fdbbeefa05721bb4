package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.MutinyEmitter;
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
 * The rights that the documentation names are enough for partitions, idempotence and delays, too.
 */
class RestrictedKeyedUserTest {

  private static final String STREAM = "allowed:{keyed}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.partitions", "4")
          .overrideConfigKey("mp.messaging.incoming.in.retry-attempts", "1")
          .overrideConfigKey("mp.messaging.incoming.in.retry-delay", "50ms")
          .overrideConfigKey("mp.messaging.incoming.in.maintenance-interval", "50ms")
          .overrideConfigKey("mp.messaging.incoming.in.claim-interval", "50ms")
          .overrideConfigKey("quarkus.redis.hosts", TestRedis.restrictedUrl())
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.out.partitions", "4")
          .overrideConfigKey("mp.messaging.outgoing.out.idempotence", "true");

  @Inject Handler handler;

  @Inject
  @Channel("out")
  MutinyEmitter<String> out;

  @Test
  void everythingWorks() {
    for (int i = 0; i < 2; i++) {
      send("good", OutgoingRedisStreamMetadata.create().withKey("k").withId("good"));
      send("bad", OutgoingRedisStreamMetadata.create().withKey("k").withId("bad"));
    }
    send("later", OutgoingRedisStreamMetadata.create().withDelay(Duration.ofMillis(1)));

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> {
          assertThat(handler.payloads).containsExactlyInAnyOrder("good", "bad", "bad", "later");
          assertThat(TestRedis.entries(STREAM + ":dead:app")).hasSize(1);
          assertThat(TestPartitions.pending(STREAM, 4, "app")).isZero();
          assertThat(TestPartitions.failed(STREAM, 4, "app")).isZero();
        });
  }

  private void send(String payload, OutgoingRedisStreamMetadata metadata) {
    out.sendMessageAndAwait(Message.of(payload).addMetadata(metadata));
  }

  @Singleton
  static class Handler {
    final List<String> payloads = new CopyOnWriteArrayList<>();

    @Incoming("in")
    @RunOnVirtualThread
    void on(byte[] payload) {
      String text = new String(payload, UTF_8);
      payloads.add(text);
      if (text.equals("bad")) {
        throw new IllegalStateException("bad");
      }
    }
  }
}
