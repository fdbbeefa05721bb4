package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What Redis refuses for now, as it is full or has too few replicas, is sent again, in order, until
 * it is taken or its time is over; and health tells meanwhile.
 */
class RefusedForNowTest {

  private static final String STREAM = "test:{refused}:";
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of()
          .overrideConfigKey("mp.messaging.outgoing.plain.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.plain.stream", STREAM + "plain")
          .overrideConfigKey("mp.messaging.outgoing.hasty.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.hasty.stream", STREAM + "hasty")
          .overrideConfigKey("mp.messaging.outgoing.hasty.publish-timeout", "1s")
          .overrideConfigKey("mp.messaging.outgoing.once.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.once.stream", STREAM + "once")
          .overrideConfigKey("mp.messaging.outgoing.once.idempotence", "true");

  @Inject
  @Channel("plain")
  @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
  MutinyEmitter<String> plain;

  @Inject
  @Channel("hasty")
  MutinyEmitter<String> hasty;

  @Inject
  @Channel("once")
  @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
  MutinyEmitter<String> once;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @AfterEach
  void memory() {
    TestRedis.call("CONFIG", "SET", "maxmemory", 0);
  }

  @Test
  void messagesWaitForMemoryAndHealthTells() {
    plain.sendAndAwait("before");
    fill();

    List<CompletableFuture<Void>> sent = send(plain, 300);
    await().until(() -> problem("plain").contains("OOM"));
    assertThat(connector.getLiveness().isOk()).isTrue();
    assertThat(sent).noneMatch(CompletableFuture::isDone);
    memory();

    allOf(sent);
    List<String> expected = new ArrayList<>(numbers(300));
    expected.addFirst("before");
    assertThat(TestRedis.payloads(STREAM + "plain")).containsExactlyElementsOf(expected);
    await().until(() -> connector.getReadiness().isOk());
  }

  @Test
  void messagesWaitForEnoughReplicas() {
    TestRedis.call("CONFIG", "SET", "min-replicas-to-write", 1);
    CompletableFuture<Void> lone;
    CompletableFuture<Void> event;
    try {
      lone = plain.sendMessage(elsewhere("lone")).subscribeAsCompletionStage();
      event = once.sendMessage(elsewhere("event")).subscribeAsCompletionStage();
      await().until(() -> problem("plain").contains("NOREPLICAS"));
      await().until(() -> problem("once").contains("NOREPLICAS"));
      assertThat(List.of(lone, event)).noneMatch(CompletableFuture::isDone);
    } finally {
      TestRedis.call("CONFIG", "SET", "min-replicas-to-write", 0);
    }
    allOf(List.of(lone, event));
    assertThat(TestRedis.payloads(STREAM + "elsewhere")).containsExactlyInAnyOrder("lone", "event");
  }

  @Test
  void aMessageWaitsNoLongerThanItsTimeout() {
    hasty.sendAndAwait("before");
    fill();

    CompletableFuture<Void> sent = hasty.send("too late").subscribeAsCompletionStage();
    await().atMost(Duration.ofSeconds(10)).until(sent::isDone);
    memory();

    assertThat(sent.exceptionNow()).hasMessageContaining("OOM");
    // Or a process that is sent nothing would stay unready for ever.
    await().until(() -> connector.getReadiness().isOk());
    hasty.sendAndAwait("after");
    assertThat(TestRedis.payloads(STREAM + "hasty")).containsExactly("before", "after");
  }

  @Test
  void withIdempotenceTheOrderIsKeptWhileMemoryComesAndGoes() throws Exception {
    Random random = new Random(SEED);
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (int round = 0; round < 40; round++) {
      sent.addAll(send(once, sent.size(), 50));
      if (random.nextBoolean()) {
        fill();
      } else {
        memory();
      }
      Thread.sleep(random.nextInt(15));
    }
    memory();

    allOf(sent);
    assertThat(TestRedis.payloads(STREAM + "once"))
        .as("seed %d", SEED)
        .containsExactlyElementsOf(numbers(2_000));
  }

  private static Message<String> elsewhere(String text) {
    return Message.of(text)
        .addMetadata(OutgoingRedisStreamMetadata.create().withStream(STREAM + "elsewhere"));
  }

  private String problem(String name) {
    return connector.getReadiness().getChannels().stream()
        .filter(channel -> channel.getChannel().equals(name) && !channel.isOk())
        .map(channel -> String.valueOf(channel.getMessage()))
        .findFirst()
        .orElse("");
  }

  private static void fill() {
    TestRedis.call("CONFIG", "SET", "maxmemory", 1);
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(i -> "n" + i).toList();
  }

  private static List<CompletableFuture<Void>> send(MutinyEmitter<String> to, int count) {
    return send(to, 0, count);
  }

  private static List<CompletableFuture<Void>> send(MutinyEmitter<String> to, int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> to.send("n" + i).subscribeAsCompletionStage())
        .toList();
  }

  private static void allOf(List<CompletableFuture<Void>> sent) {
    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }
}
