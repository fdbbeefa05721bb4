package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * With idempotence each message is on its partition once and in the order of its key, whatever
 * happens meanwhile: connections that are cut, memory that is full, scripts that are forgotten.
 * Repeat a run with {@code -Dtest.seed=…}.
 */
class PublishingOrdealTest {

  private static final String STREAM = "test:{ordeal}";
  private static final int PARTITIONS = 3;
  private static final int KEYS = 10;
  private static final int ROUNDS = 60;
  private static final int MESSAGES_A_ROUND = 50;
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(TcpProxy.class)
          .overrideConfigKey("quarkus.redis.hosts", TcpProxy.url())
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.out.partitions", "" + PARTITIONS)
          .overrideConfigKey("mp.messaging.outgoing.out.idempotence", "true");

  @Inject
  @Channel("out")
  @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
  MutinyEmitter<String> out;

  @AfterEach
  void memory() {
    TestRedis.call("CONFIG", "SET", "maxmemory", 0);
  }

  @Test
  void eachMessageIsThereOnceAndInOrder() throws Exception {
    // given
    Random random = new Random(SEED);
    List<CompletableFuture<Void>> sent = new ArrayList<>();

    // when
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < MESSAGES_A_ROUND; i++) {
        sent.add(send(sent.size()));
      }
      switch (random.nextInt(5)) {
        case 0 -> TcpProxy.cut();
        case 1 -> TestRedis.call("CONFIG", "SET", "maxmemory", 1);
        case 2, 3 -> memory();
        default -> TestRedis.call("SCRIPT", "FLUSH");
      }
      Thread.sleep(random.nextInt(100));
    }
    memory();
    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
        .orTimeout(25, TimeUnit.SECONDS)
        .join();

    // then
    List<List<String>> byKey =
        IntStream.range(0, KEYS).mapToObj(key -> (List<String>) new ArrayList<String>()).toList();
    for (int p = 0; p < PARTITIONS; p++) {
      for (Map<String, String> entry : TestRedis.entries(STREAM + ":" + p)) {
        byKey.get(Integer.parseInt(entry.get("key"))).add(entry.get("data"));
      }
    }
    for (int key = 0; key < KEYS; key++) {
      assertThat(byKey.get(key)).as("key %d, seed %d", key, SEED).isEqualTo(ofKey(key));
    }
  }

  private CompletableFuture<Void> send(int number) {
    return out.sendMessage(
            Message.of("n" + number)
                .addMetadata(OutgoingRedisStreamMetadata.create().withKey("" + number % KEYS)))
        .subscribeAsCompletionStage();
  }

  private static List<String> ofKey(int key) {
    return IntStream.range(0, ROUNDS * MESSAGES_A_ROUND)
        .filter(number -> number % KEYS == key)
        .mapToObj(number -> "n" + number)
        .toList();
  }
}
