package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.redis.datasource.RedisDataSource;
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
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Channels work on a cluster, each on the node that has its stream. */
class ClusterTest {

  // In the first, second and last third of the slots.
  private static final String FIRST = "test:{b}";
  private static final String SECOND = "test:{c}";
  private static final String THIRD = "test:{a}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class, TestCluster.class)
          .overrideConfigKey("quarkus.redis.hosts", TestCluster.hosts())
          .overrideConfigKey("quarkus.redis.client-type", "cluster")
          .overrideConfigKey("mp.messaging.incoming.in1.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in1.stream", FIRST)
          .overrideConfigKey("mp.messaging.outgoing.out1.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out1.stream", FIRST)
          .overrideConfigKey("mp.messaging.incoming.in2.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in2.stream", SECOND)
          .overrideConfigKey("mp.messaging.incoming.in2.partitions", "4")
          .overrideConfigKey("mp.messaging.outgoing.out2.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out2.stream", SECOND)
          .overrideConfigKey("mp.messaging.outgoing.out2.partitions", "4")
          .overrideConfigKey("mp.messaging.incoming.in3.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in3.stream", THIRD)
          .overrideConfigKey("mp.messaging.incoming.in3.retry-attempts", "1")
          .overrideConfigKey("mp.messaging.incoming.in3.retry-delay", "50ms")
          .overrideConfigKey("mp.messaging.outgoing.out3.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out3.stream", THIRD);

  @Inject Handler handler;
  @Inject RedisDataSource redis;

  @Inject
  @Channel("out1")
  MutinyEmitter<String> first;

  @Inject
  @Channel("out2")
  MutinyEmitter<String> second;

  @Inject
  @Channel("out3")
  MutinyEmitter<String> third;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @Test
  void plainAndPartitionedStreamsRetriesAndDeadLettersWork() {
    first.sendAndAwait("to the first");
    second.sendAndAwait("to the second");
    third.sendAndAwait("bad");

    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(() -> {
          assertThat(handler.payloads)
              .containsExactlyInAnyOrder("to the first", "to the second", "bad", "bad");
          assertThat(redis.stream(String.class).xlen(THIRD + ":dead:app")).isEqualTo(1);
          assertThat(connector.getReadiness().isOk()).isTrue();
        });
  }

  @Singleton
  static class Handler {
    final List<String> payloads = new CopyOnWriteArrayList<>();

    @Incoming("in1")
    void first(byte[] payload) {
      payloads.add(new String(payload, UTF_8));
    }

    @Incoming("in2")
    void second(byte[] payload) {
      payloads.add(new String(payload, UTF_8));
    }

    @Incoming("in3")
    @Blocking
    void third(byte[] payload) {
      payloads.add(new String(payload, UTF_8));
      throw new IllegalStateException("bad");
    }
  }
}
