package dev.dotori.redisstreams.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.local.servers.RedisCluster;
import dev.dotori.local.servers.RedisSentinels;
import dev.dotori.local.servers.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Channels follow their stream to the server that has it now. */
class FailoverTest {

  @Test
  void toThePrimaryThatTheSentinelsChose() {
    try (RedisSentinels redis = RedisSentinels.start();
        Exchange exchange = new Exchange(sentinel(redis))) {
      exchange.send(50);
      exchange.awaitAll();
      assertThat((Long) redis.first().call("WAIT", 1, 5_000)).isEqualTo(1);

      redis.first().kill();
      exchange.awaitUnready();
      exchange.send(50);

      exchange.awaitAll();
      awaitNothingPending(redis.second());
    }
  }

  @Test
  void toWhicheverOfTheirHostsIsThePrimary() {
    try (RedisSentinels redis = RedisSentinels.start();
        Exchange exchange =
            new Exchange(
                PlainChannels.options(List.of(redis.second().url(), redis.first().url()))
                    .setType(RedisClientType.REPLICATION))) {
      exchange.send(50);
      exchange.awaitAll();
      assertThat((Long) redis.first().call("WAIT", 1, 5_000)).isEqualTo(1);

      redis.first().kill();
      redis.second().call("REPLICAOF", "NO", "ONE");
      exchange.send(50);

      exchange.awaitAll();
    }
  }

  @Test
  void toTheReplicaThatTookOverInACluster() {
    try (RedisCluster redis = RedisCluster.start(3, 3);
        Exchange exchange = new Exchange(cluster(redis))) {
      exchange.send(50);
      exchange.awaitAll();
      awaitReplica(redis);

      RedisServer primary = redis.primaryOf(Exchange.STREAM);
      primary.kill();
      exchange.awaitUnready();
      exchange.send(50);

      exchange.awaitAll();
      assertThat(redis.primaryOf(Exchange.STREAM)).isNotSameAs(primary);
    }
  }

  /** What was acknowledged with {@code wait-replicas} and what was written before are safe. */
  private static void awaitReplica(RedisCluster redis) {
    Vertx vertx = Vertx.vertx();
    try (PlainPublisher careful =
        PlainPublisher.start(
            vertx, cluster(redis), Map.of("stream", "other:{exchange}", "wait-replicas", "1"))) {
      assertThat(careful.send("careful")).succeedsWithin(Duration.ofSeconds(10));
    } finally {
      vertx.close();
    }
  }

  @Test
  void toTheNodeThatItsSlotMovedTo() {
    try (RedisCluster redis = RedisCluster.start(3, 0);
        Exchange exchange = new Exchange(cluster(redis))) {
      exchange.send(50);
      exchange.awaitAll();

      for (int i = 0; i < 3; i++) {
        CompletableFuture<Void> moving =
            CompletableFuture.runAsync(
                () -> redis.moveSlot(Exchange.STREAM, redis.otherPrimary(Exchange.STREAM)));
        for (int sent = 0; sent < 200; sent++) {
          exchange.send(1);
        }
        moving.join();
        exchange.awaitAll();
      }
    }
  }

  @Test
  void andWaitWhileTheirServerTakesNoWrites() {
    try (RedisServer redis = RedisServer.temporary().start();
        Exchange exchange = new Exchange(PlainChannels.options(List.of(redis.url())))) {
      exchange.send(50);
      exchange.awaitAll();

      // As the old primary of a failover, with connections that outlive its demotion.
      redis.call("REPLICAOF", "127.0.0.1", 1);
      exchange.send(50);
      exchange.awaitUnready();
      redis.call("REPLICAOF", "NO", "ONE");

      exchange.awaitAll();
      awaitNothingPending(redis);
    }
  }

  private static RedisOptions sentinel(RedisSentinels redis) {
    return PlainChannels.options(redis.urls())
        .setType(RedisClientType.SENTINEL)
        .setMasterName(RedisSentinels.NAME);
  }

  private static RedisOptions cluster(RedisCluster redis) {
    return PlainChannels.options(redis.urls()).setType(RedisClientType.CLUSTER);
  }

  /** Acknowledgements follow a few milliseconds later. */
  private static void awaitNothingPending(RedisServer redis) {
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> {
          List<?> pending = (List<?>) redis.call("XPENDING", Exchange.STREAM, Exchange.GROUP);
          assertThat(pending.getFirst()).isEqualTo(0L);
        });
  }
}
