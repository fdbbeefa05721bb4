package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.local.servers.RedisServer;
import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Where it is asked for, a message is acknowledged when replicas or the disk have its entry, and
 * nacked when they don't in time; one question is asked for all that was sent together.
 */
class DurabilityTest {

  private static final String STREAM = "test:{durability}:";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of()
          .overrideConfigKey("mp.messaging.outgoing.copied.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.copied.stream", STREAM + "copied")
          .overrideConfigKey("mp.messaging.outgoing.copied.wait-replicas", "1")
          .overrideConfigKey("mp.messaging.outgoing.copied.wait-timeout", "2s")
          .overrideConfigKey("mp.messaging.outgoing.flushed.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.flushed.stream", STREAM + "flushed")
          .overrideConfigKey("mp.messaging.outgoing.flushed.wait-local-fsync", "true")
          .overrideConfigKey("mp.messaging.outgoing.flushed.wait-timeout", "5s");

  @Inject
  @Channel("copied")
  @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
  MutinyEmitter<String> copied;

  @Inject
  @Channel("flushed")
  @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
  MutinyEmitter<String> flushed;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @Test
  void aMessageWaitsForItsReplica() {
    CompletableFuture<Void> alone = copied.send("alone").subscribeAsCompletionStage();
    await().atMost(Duration.ofSeconds(10)).until(alone::isDone);
    assertThat(alone.exceptionNow())
        .hasMessageContaining("on its stream, but only 0 of 1 replicas had it within 2000 ms");
    assertThat(TestRedis.payloads(STREAM + "copied")).containsExactly("alone");

    try (RedisServer replica = RedisServer.temporary().start()) {
      follow(replica);
      long waits = calls("wait");

      allOf(send(copied, 1_000));

      assertThat(TestRedis.number("XLEN", STREAM + "copied")).isEqualTo(1_001);
      assertThat(TestRedis.callOn(replica.url(), "XLEN", STREAM + "copied")).isEqualTo(1_001L);
      assertThat(calls("wait") - waits).as("questions to replicas").isBetween(1L, 500L);
    }
    CompletableFuture<Void> after = copied.send("after").subscribeAsCompletionStage();
    await().atMost(Duration.ofSeconds(10)).until(after::isDone);
    assertThat(after.exceptionNow()).hasMessageContaining("only 0 of 1 replicas");
  }

  @Test
  void aMessageWaitsForTheDisk() {
    Assumptions.assumeTrue(hasWaitAof(), "the server has no WAITAOF");
    TestRedis.call("CONFIG", "RESETSTAT");

    allOf(send(flushed, 500));

    assertThat(TestRedis.number("XLEN", STREAM + "flushed")).isEqualTo(500);
    assertThat(calls("waitaof")).isBetween(1L, 250L);
  }

  @Test
  void aServerThatCanNotWaitForItsDiskIsSaidAtOnce() {
    Assumptions.assumeFalse(hasWaitAof(), "the server has WAITAOF");

    await()
        .untilAsserted(
            () -> assertThat(problem("flushed")).contains("wait-local-fsync needs WAITAOF"));
  }

  @Test
  void aServerWithoutAnAppendOnlyFileIsSaidAtOnce() {
    Assumptions.assumeTrue(hasWaitAof(), "the server has no WAITAOF");
    TestRedis.call("CONFIG", "SET", "appendonly", "no");
    try {
      TestRedis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> assertThat(problem("flushed")).contains("wait-local-fsync can't be kept"));
    } finally {
      TestRedis.call("CONFIG", "SET", "appendonly", "yes");
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(problem("flushed")).isEmpty());
  }

  private static void follow(RedisServer replica) {
    String password = TestRedis.url().replaceAll(".*//:|@.*", "");
    TestRedis.callOn(replica.url(), "CONFIG", "SET", "masterauth", password);
    TestRedis.callOn(replica.url(), "REPLICAOF", "127.0.0.1", TestRedis.port());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() ->
            ((String) TestRedis.callOn(replica.url(), "INFO", "replication"))
                .contains("master_link_status:up"));
  }

  private static boolean hasWaitAof() {
    return TestRedis.list("COMMAND", "INFO", "waitaof").getFirst() instanceof List<?> known
        && !known.isEmpty();
  }

  private static long calls(String command) {
    return ((String) TestRedis.call("INFO", "commandstats"))
        .lines()
        .filter(line -> line.startsWith("cmdstat_" + command + ":calls="))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
        .sum();
  }

  private String problem(String name) {
    return connector.getReadiness().getChannels().stream()
        .filter(channel -> channel.getChannel().equals(name) && !channel.isOk())
        .map(channel -> String.valueOf(channel.getMessage()))
        .findFirst()
        .orElse("");
  }

  private static List<CompletableFuture<Void>> send(MutinyEmitter<String> to, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> to.send("n" + i).subscribeAsCompletionStage())
        .toList();
  }

  private static void allOf(List<CompletableFuture<Void>> sent) {
    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }
}
