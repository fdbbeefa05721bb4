package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Consumers of a full Redis go on, also those that connect to it then: they are what empties it.
 */
class FullRedisTest {

  private static final String STREAM = "test:{full}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.lease", "2s")
          .overrideConfigKey("mp.messaging.incoming.keyed.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.keyed.stream", STREAM + ":keyed")
          .overrideConfigKey("mp.messaging.incoming.keyed.partitions", "1")
          .overrideConfigKey("mp.messaging.incoming.keyed.lease", "2s");

  @Inject Handler handler;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @AfterEach
  void memory() {
    TestRedis.call("CONFIG", "SET", "maxmemory", 0);
  }

  @Test
  void aConsumerConnectsToAFullRedisAndReadsOn() {
    await().until(() -> connector.getReadiness().isOk());
    for (int i = 0; i < 20; i++) {
      TestRedis.add(STREAM, "n" + i);
      TestRedis.add(STREAM + ":keyed:0", "k" + i);
    }
    TestRedis.call("CONFIG", "SET", "maxmemory", 1);
    TestRedis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() -> {
          assertThat(handler.payloads).hasSize(40);
          assertThat(connector.getReadiness().isOk()).isTrue();
          assertThat(TestRedis.pending(STREAM, "app")).isZero();
          assertThat(TestRedis.pending(STREAM + ":keyed:0", "app")).isZero();
        });
  }

  @Singleton
  static class Handler {
    final Set<String> payloads = ConcurrentHashMap.newKeySet();

    @Incoming("in")
    @Incoming("keyed")
    void on(String payload) {
      payloads.add(payload);
    }
  }
}
