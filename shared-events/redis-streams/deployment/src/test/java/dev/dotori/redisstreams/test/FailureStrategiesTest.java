package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.RedisStreamsConnector;
import dev.dotori.redisstreams.RedisStreamsConnectorIncomingConfiguration;
import dev.dotori.redisstreams.fault.RedisStreamsFailureHandler;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The strategies fail and ignore do what they say, and an application can have one of its own. */
class FailureStrategiesTest {

  private static final String STREAM = "test:{strategies}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class, Mark.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.failure-strategy", "fail")
          .overrideConfigKey("mp.messaging.incoming.in.group", "failing")
          .overrideConfigKey("mp.messaging.incoming.in.lease", "60s")
          .overrideConfigKey("mp.messaging.incoming.ignoring.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.ignoring.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.ignoring.group", "ignoring")
          .overrideConfigKey("mp.messaging.incoming.ignoring.failure-strategy", "ignore")
          .overrideConfigKey("mp.messaging.incoming.own.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.own.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.own.group", "own")
          .overrideConfigKey("mp.messaging.incoming.own.failure-strategy", "mark");

  @Inject Handler handler;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @Test
  void eachDoesWhatItSays() throws Exception {
    String bad = TestRedis.add(STREAM, "bad");
    await().until(() -> !connector.getLiveness().isOk());
    TestRedis.add(STREAM, "good");

    await()
        .untilAsserted(() -> {
          assertThat(handler.ignoring).containsExactly("bad", "good");
          assertThat(handler.own).containsExactly("bad", "good");
          assertThat(TestRedis.pending(STREAM, "ignoring")).isZero();
          assertThat(TestRedis.pending(STREAM, "own")).isZero();
        });
    assertThat(TestRedis.list("SMEMBERS", "test:{strategies}:marked")).containsExactly(bad);
    Thread.sleep(300);
    assertThat(handler.failing).as("the channel has stopped").containsExactly("bad");
    assertThat(TestRedis.list("XPENDING", STREAM, "failing", bad, bad, 1))
        .as("the entry is not lost")
        .hasSize(1);
  }

  @Singleton
  static class Handler {
    final List<String> failing = new CopyOnWriteArrayList<>();
    final List<String> ignoring = new CopyOnWriteArrayList<>();
    final List<String> own = new CopyOnWriteArrayList<>();

    @Incoming("in")
    void failing(byte[] payload) {
      handle(payload, failing);
    }

    @Incoming("ignoring")
    void ignoring(byte[] payload) {
      handle(payload, ignoring);
    }

    @Incoming("own")
    void own(byte[] payload) {
      handle(payload, own);
    }

    private static void handle(byte[] payload, List<String> into) {
      String text = new String(payload, UTF_8);
      into.add(text);
      if (text.equals("bad")) {
        throw new IllegalStateException("bad");
      }
    }
  }

  /** Remembers what failed and goes on. */
  @ApplicationScoped
  @Identifier("mark")
  static class Mark implements RedisStreamsFailureHandler.Factory {
    @Override
    public RedisStreamsFailureHandler create(RedisStreamsConnectorIncomingConfiguration config) {
      return (entry, reason, outcome) -> {
        TestRedis.call("SADD", "test:{strategies}:marked", entry.id());
        return outcome.acknowledge();
      };
    }
  }
}
