package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * With idempotence an event is on its stream once, however often the connection is cut while it is
 * on its way, or it is sent again; without, it is there at least once and in order.
 */
class IdempotenceTest {

  private static final String STREAM = "test:{idempotence}:";
  private static final int MESSAGES = 3_000;
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(TcpProxy.class)
          .overrideConfigKey("quarkus.redis.hosts", TcpProxy.url())
          .overrideConfigKey("mp.messaging.outgoing.once.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.once.stream", STREAM + "once")
          .overrideConfigKey("mp.messaging.outgoing.once.idempotence", "true")
          .overrideConfigKey("mp.messaging.outgoing.again.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.again.stream", STREAM + "again")
          .overrideConfigKey("mp.messaging.outgoing.again.idempotence", "true")
          .overrideConfigKey("mp.messaging.outgoing.few.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.few.stream", STREAM + "few")
          .overrideConfigKey("mp.messaging.outgoing.few.idempotence", "true")
          .overrideConfigKey("mp.messaging.outgoing.few.max-in-flight", "4")
          .overrideConfigKey("mp.messaging.outgoing.few.idempotence-window", "4")
          .overrideConfigKey("mp.messaging.outgoing.plain.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.plain.stream", STREAM + "plain");

  @Inject
  @Channel("once")
  @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
  MutinyEmitter<String> once;

  @Inject
  @Channel("again")
  MutinyEmitter<String> again;

  @Inject
  @Channel("few")
  MutinyEmitter<String> few;

  @Inject
  @Channel("plain")
  @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
  MutinyEmitter<String> plain;

  @Test
  void aCutConnectionLeavesNoDuplicate() throws Exception {
    sendWhileCutting(once, STREAM + "once", true);

    assertThat(TestRedis.payloads(STREAM + "once"))
        .as("seed %d", SEED)
        .containsExactlyElementsOf(numbers());
  }

  @Test
  void withoutItNothingIsMissingAndTheOrderIsKept() throws Exception {
    sendWhileCutting(plain, STREAM + "plain", false);

    assertThat(TestRedis.payloads(STREAM + "plain").stream().distinct())
        .as("seed %d", SEED)
        .containsExactlyElementsOf(numbers());
  }

  @Test
  void anEventThatIsSentAgainHasTheIdOfItsFirstEntry() {
    Message<String> withId =
        Message.of("text").addMetadata(OutgoingRedisStreamMetadata.create().withId("mine"));
    Message<String> event =
        Message.of("text")
            .addMetadata(
                OutgoingCloudEventMetadata.builder()
                    .withId("an event")
                    .withType("t")
                    .withSource(URI.create("/s"))
                    .build());

    String first = send(again, withId);
    String second = send(again, event);

    assertThat(send(again, withId)).isEqualTo(first);
    assertThat(send(again, event)).isEqualTo(second).isNotEqualTo(first);
    assertThat(TestRedis.number("XLEN", STREAM + "again")).isEqualTo(2);
  }

  @Test
  void noMoreIdsAreKeptThanTheWindowHolds() {
    for (int i = 0; i < 20; i++) {
      send(
          few,
          Message.of("n" + i).addMetadata(OutgoingRedisStreamMetadata.create().withId("id-" + i)));
    }

    assertThat(TestRedis.number("HLEN", STREAM + "few:ids")).isEqualTo(4);
    assertThat(TestRedis.list("LRANGE", STREAM + "few:ids:order", 0, -1))
        .containsExactly("id-16", "id-17", "id-18", "id-19");
  }

  private static void sendWhileCutting(
      MutinyEmitter<String> to, String stream, boolean forgetScripts) throws Exception {
    Random random = new Random(SEED);
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    int cuts = 0;
    for (int i = 0; i < MESSAGES; i++) {
      sent.add(to.send("n" + i).subscribeAsCompletionStage());
      if (random.nextInt(150) == 0) {
        // While some are on their way, some in Redis, some answers on their way back.
        Thread.sleep(0, random.nextInt(900_000));
        TcpProxy.cut();
        cuts++;
        if (forgetScripts && random.nextInt(4) == 0) {
          TestRedis.call("SCRIPT", "FLUSH");
        }
        Thread.sleep(random.nextInt(150));
      }
    }
    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
        .orTimeout(25, TimeUnit.SECONDS)
        .join();
    System.out.printf(
        "seed %d: %d cuts, %d entries for %d messages%n",
        SEED, cuts, TestRedis.number("XLEN", stream), MESSAGES);
    assertThat(cuts).isGreaterThan(5);
  }

  private static List<String> numbers() {
    return IntStream.range(0, MESSAGES).mapToObj(i -> "n" + i).toList();
  }

  private static String send(MutinyEmitter<String> to, Message<String> message) {
    OutgoingMessageMetadata<String> result = new OutgoingMessageMetadata<>();
    to.sendMessageAndAwait(message.addMetadata(result));
    return result.getResult();
  }
}
