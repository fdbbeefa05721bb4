package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.admin.DeadLetter;
import dev.dotori.redisstreams.admin.DeadLetterFilter;
import dev.dotori.redisstreams.admin.DeadLetterProgress;
import dev.dotori.redisstreams.admin.DeadLetters;
import dev.dotori.redisstreams.admin.RedisStreamsAdmin;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A dead letter of a partition is replayed into its partition, in order with what comes after it,
 * and other groups pass it by.
 */
class ReplayToPartitionTest {

  private static final String STREAM = "test:{replay-partition}";
  private static final int PARTITIONS = 3;

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class, TestPartitions.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.partitions", "" + PARTITIONS)
          .overrideConfigKey("mp.messaging.incoming.in.retry-attempts", "1")
          .overrideConfigKey("mp.messaging.incoming.in.retry-delay", "50ms")
          .overrideConfigKey("mp.messaging.incoming.other.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.other.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.other.group", "other")
          .overrideConfigKey("mp.messaging.incoming.other.partitions", "" + PARTITIONS);

  @Inject RedisStreamsAdmin admin;
  @Inject Handler handler;

  @Test
  void itComesInOrderToItsGroupOnly() {
    // given an entry whose attempts are used up
    handler.broken = true;
    String id = TestPartitions.add(STREAM, PARTITIONS, "k", "first");
    DeadLetters deadLetters = admin.deadLetters("in");
    DeadLetter dead =
        await()
            .atMost(Duration.ofSeconds(10))
            .until(
                () ->
                    deadLetters
                        .list(DeadLetterFilter.all())
                        .collect()
                        .asList()
                        .await()
                        .indefinitely(),
                all -> all.size() == 1)
            .getFirst();
    int partition = TestPartitions.of("k", PARTITIONS);
    assertThat(dead.stream()).isEqualTo(STREAM + ":" + partition);
    assertThat(dead.entryId()).isEqualTo(id);

    // when it is replayed while it still fails, and after it comes another one
    handler.seen.clear();
    assertThat(deadLetters.replay(DeadLetterFilter.all()).collect().last().await().indefinitely())
        .isEqualTo(new DeadLetterProgress(1, 1));
    await().until(() -> !handler.seen.isEmpty());
    TestPartitions.add(STREAM, PARTITIONS, "k", "second");
    await().until(() -> handler.others.contains("second"));
    handler.broken = false;

    // then it has its id and its attempts, and the other one waits for it
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(handler.seen).contains("second 1"));
    assertThat(handler.seen.getFirst()).isEqualTo("first 1 " + id);
    assertThat(handler.seen.getLast()).isEqualTo("second 1");
    await()
        .untilAsserted(() -> {
          assertThat(TestPartitions.pending(STREAM, PARTITIONS, "app")).isZero();
          assertThat(TestPartitions.pending(STREAM, PARTITIONS, "other")).isZero();
        });
    assertThat(handler.others).as("another group").containsExactly("first", "second");
  }

  @Singleton
  static class Handler {
    final List<String> seen = new CopyOnWriteArrayList<>();
    final List<String> others = new CopyOnWriteArrayList<>();
    volatile boolean broken;

    @Incoming("in")
    @RunOnVirtualThread
    void on(byte[] payload, IncomingRedisStreamMetadata entry) {
      String text = new String(payload, UTF_8);
      if (text.equals("first")) {
        seen.add("first " + entry.deliveryCount() + " " + entry.id());
        if (broken) {
          throw new IllegalStateException("broken");
        }
        if (entry.fields().size() != 2) {
          throw new IllegalStateException("other fields: " + entry.fields());
        }
      } else {
        seen.add(text + " " + entry.deliveryCount());
      }
    }

    @Incoming("other")
    @RunOnVirtualThread
    void other(byte[] payload) {
      others.add(new String(payload, UTF_8));
    }
  }
}
