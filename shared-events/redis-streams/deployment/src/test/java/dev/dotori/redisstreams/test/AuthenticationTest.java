package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Users and passwords are the Redis client's. With a wrong one the channel is not ready and says
 * so, and it goes on by itself once the password is right.
 */
class AuthenticationTest {

  private static final String STREAM = "test:{authentication}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey(
              "quarkus.redis.late.hosts", "redis://late:late-secret@127.0.0.1:" + TestRedis.port())
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.client-name", "late")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM);

  @Inject Handler handler;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @Test
  void aChannelIsReadyOnceItsUserMayComeIn() {
    TestRedis.add(STREAM, "hello");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(connector.getReadiness().getChannels())
                .singleElement()
                .satisfies(channel -> {
                  assertThat(channel.isOk()).isFalse();
                  assertThat(channel.getMessage()).contains("WRONGPASS");
                }));
    assertThat(handler.payloads).isEmpty();

    TestRedis.call("ACL", "SETUSER", "late", "on", ">late-secret", "~*", "+@all");

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          assertThat(handler.payloads).containsExactly("hello");
          assertThat(connector.getReadiness().isOk()).isTrue();
        });
    TestRedis.call("ACL", "DELUSER", "late");
  }

  @Singleton
  static class Handler {
    final List<String> payloads = new CopyOnWriteArrayList<>();

    @Incoming("in")
    void on(byte[] payload) {
      payloads.add(new String(payload, UTF_8));
    }
  }
}
