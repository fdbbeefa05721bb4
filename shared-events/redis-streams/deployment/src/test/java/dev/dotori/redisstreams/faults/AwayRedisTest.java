package dev.dotori.redisstreams.faults;

import static org.awaitility.Awaitility.await;

import dev.dotori.local.servers.RedisServer;
import dev.dotori.local.servers.RespConnection;
import dev.dotori.local.servers.UnreliableProxy;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Ways in which Redis can be there and not work: health tells, and channels go on by themselves.
 */
class AwayRedisTest {

  private RedisServer redis;

  @BeforeEach
  void start() {
    redis = RedisServer.temporary().with("appendfsync", "always").start();
  }

  @AfterEach
  void stop() {
    redis.close();
  }

  @Test
  void slowerThanAnyAnswerMayTake() {
    try (Exchange exchange = new Exchange(options())) {
      exchange.send(20);
      exchange.awaitAll();

      redis.pause();
      exchange.send(20);
      exchange.awaitUnready();
      redis.resume();

      exchange.awaitAll();
    }
  }

  @Test
  void silentWhenTheyConnect() {
    try (UnreliableProxy network = new UnreliableProxy(redis.port())) {
      network.halfOpen();
      try (Exchange exchange =
          new Exchange(
              PlainChannels.options(
                  List.of(redis.url().replaceAll(":\\d+$", ":" + network.port()))))) {
        exchange.send(20);
        await()
            .atMost(Duration.ofSeconds(15))
            .until(() -> exchange.consumer.problem().contains("no answer while connecting"));

        network.speak();

        exchange.awaitAll();
      }
    }
  }

  @Test
  void fullOfConnections() {
    try (Exchange exchange = new Exchange(options());
        RespConnection operator = RespConnection.to(redis.url())) {
      exchange.send(20);
      exchange.awaitAll();

      operator.call("CONFIG", "SET", "maxclients", 1);
      operator.call("CLIENT", "KILL", "TYPE", "normal");
      exchange.send(20);
      exchange.awaitUnready();
      operator.call("CONFIG", "SET", "maxclients", 1_000);

      exchange.awaitAll();
    }
  }

  @Test
  void withAnotherPassword() {
    try (RespConnection operator = RespConnection.to(redis.url())) {
      operator.call("ACL", "SETUSER", "app", "on", ">old", "~*", "+@all");
      try (Exchange exchange =
          new Exchange(
              PlainChannels.options(List.of("redis://app:old@127.0.0.1:" + redis.port())))) {
        exchange.send(20);
        exchange.awaitAll();

        operator.call("ACL", "SETUSER", "app", "<old", ">new");
        operator.call("CLIENT", "KILL", "USER", "app");
        exchange.send(20);
        exchange.awaitUnready();
        await().until(() -> exchange.consumer.problem().contains("WRONGPASS"));
        operator.call("ACL", "SETUSER", "app", ">old");

        exchange.awaitAll();
      }
    }
  }

  @Test
  void stillLoading() {
    try (Exchange exchange = new Exchange(options())) {
      exchange.send(20);
      exchange.awaitAll();
      // It says so after each 2 MB that it has loaded.
      redis.call("CONFIG", "SET", "rdbcompression", "no");
      redis.call("EVAL", "for i = 1, 60 do redis.call('SET', i, string.rep('x', 100000)) end", 0);
      redis.call("BGREWRITEAOF");
      await()
          .until(() ->
              redis.call("INFO", "persistence").toString().contains("aof_rewrite_in_progress:0"));

      redis.kill();
      redis.with("key-load-delay", "50000").launch(); // µs
      exchange.send(20);
      await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> exchange.consumer.problem().contains("LOADING"));

      exchange.awaitAll();
    }
  }

  @Test
  void withoutItsScripts() {
    try (Exchange exchange =
        new Exchange(options(), options(), Map.of("claim-interval", "100ms"))) {
      for (int i = 0; i < 10; i++) {
        exchange.send(20);
        redis.call("SCRIPT", "FLUSH");
      }
      exchange.awaitAll();
    }
  }

  private RedisOptions options() {
    return PlainChannels.options(List.of(redis.url()));
  }
}
