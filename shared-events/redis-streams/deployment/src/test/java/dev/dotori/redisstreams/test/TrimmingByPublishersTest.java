package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An outgoing channel keeps its stream to a length or an age, in small steps, and never removes
 * what a group has not acknowledged.
 */
class TrimmingByPublishersTest {

  private static final String STREAM = "test:{trimming}:";
  private static final int NODE = 100;

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of()
          .setBeforeAllCustomizer(
              () -> TestRedis.call("CONFIG", "SET", "stream-node-max-entries", NODE))
          .overrideConfigKey("mp.messaging.outgoing.short.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.short.stream", STREAM + "short")
          .overrideConfigKey("mp.messaging.outgoing.short.max-length", "500")
          .overrideConfigKey("mp.messaging.outgoing.short.maintenance-interval", "100ms")
          .overrideConfigKey("mp.messaging.outgoing.young.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.young.stream", STREAM + "young")
          .overrideConfigKey("mp.messaging.outgoing.young.partitions", "2")
          .overrideConfigKey("mp.messaging.outgoing.young.retention", "1s")
          .overrideConfigKey("mp.messaging.outgoing.young.maintenance-interval", "100ms");

  @Inject
  @Channel("short")
  @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
  MutinyEmitter<String> toShort;

  @Inject
  @Channel("young")
  @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
  MutinyEmitter<String> toYoung;

  @Test
  void theLengthIsKeptButForWhatAGroupHasNotAcknowledged() {
    String stream = STREAM + "short";
    TestRedis.call("XGROUP", "CREATE", stream, "slow", "0", "MKSTREAM");
    // More than one step takes.
    send(toShort, 25_000);
    List<String> ids = TestRedis.ids(stream);
    assertThat(ids).as("the group has read nothing").hasSize(25_000);

    TestRedis.call(
        "XREADGROUP", "GROUP", "slow", "reader", "COUNT", 24_950, "STREAMS", stream, ">");
    String pending = ids.get(23_000);
    ackAll(stream, ids.subList(0, 24_950), pending);

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> TestRedis.number("XLEN", stream) < 2_000 + NODE);
    assertThat(TestRedis.ids(stream)).contains(pending);
    assertThat(TestRedis.number("XLEN", stream)).isGreaterThanOrEqualTo(2_000);

    TestRedis.call("XACK", stream, "slow", pending);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> TestRedis.number("XLEN", stream) < 500 + NODE);
    assertThat(TestRedis.number("XLEN", stream)).as("not shorter").isGreaterThanOrEqualTo(500);
  }

  @Test
  void whatIsOldGoesFromEveryPartitionAlsoWhenNobodyReads() {
    send(toYoung, 1_000);
    for (int p = 0; p < 2; p++) {
      assertThat(TestRedis.number("XLEN", STREAM + "young:" + p)).isEqualTo(500);
    }

    await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            TestRedis.number("XLEN", STREAM + "young:0") < NODE
                && TestRedis.number("XLEN", STREAM + "young:1") < NODE);
  }

  private static void ackAll(String stream, List<String> ids, String but) {
    for (int from = 0; from < ids.size(); from += 1_000) {
      List<Object> command = new ArrayList<>(List.of("XACK", stream, "slow"));
      ids.subList(from, Math.min(ids.size(), from + 1_000)).stream()
          .filter(id -> !id.equals(but))
          .forEach(command::add);
      TestRedis.call(command.toArray());
    }
  }

  private static void send(MutinyEmitter<String> to, int count) {
    CompletableFuture.allOf(
            IntStream.range(0, count)
                .mapToObj(i -> to.send("n" + i).subscribeAsCompletionStage())
                .toArray(CompletableFuture[]::new))
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }
}
