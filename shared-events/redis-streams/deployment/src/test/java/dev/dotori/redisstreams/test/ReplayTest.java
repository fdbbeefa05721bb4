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
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A replayed dead letter comes again, whole and as if new, to its own group and to no other. */
class ReplayTest {

  private static final String STREAM = "test:{replay}";
  private static final String DEAD = STREAM + ":dead:app";
  private static final String ONCE = "test:{replay}:once";
  private static final String IGNORING = "test:{replay}:ignoring";
  private static final int MANY = 230;

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.retry-attempts", "1")
          .overrideConfigKey("mp.messaging.incoming.in.retry-delay", "1ms")
          .overrideConfigKey("mp.messaging.incoming.other.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.other.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.other.group", "other")
          .overrideConfigKey("mp.messaging.incoming.once.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.once.stream", ONCE)
          .overrideConfigKey("mp.messaging.incoming.once.concurrency", "2")
          .overrideConfigKey("mp.messaging.incoming.once.failure-strategy", "dead-letter")
          .overrideConfigKey("mp.messaging.incoming.ignoring.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.ignoring.stream", IGNORING)
          .overrideConfigKey("mp.messaging.incoming.ignoring.failure-strategy", "ignore");

  @Inject RedisStreamsAdmin admin;
  @Inject Handler handler;

  private DeadLetters deadLetters;

  @BeforeEach
  void nothingIsLeft() {
    TestRedis.call("DEL", DEAD);
    handler.seen.clear();
    handler.others.clear();
    handler.broken = true;
    deadLetters = admin.deadLetters(STREAM, "app");
  }

  @Test
  void oneComesAgainAsIfItHadNotFailed() {
    String id = (String) TestRedis.call("XADD", STREAM, "*", "key", "k", "data", "one", "raw", "€");
    DeadLetter dead = awaitDeadLetters(1).getFirst();
    assertThat(dead.attempts()).isEqualTo(2);
    handler.broken = false;
    handler.seen.clear();

    assertThat(deadLetters.replay(dead.id()).await().indefinitely()).isTrue();

    await().untilAsserted(() -> assertThat(handler.seen).hasSize(1));
    Seen seen = handler.seen.getFirst();
    assertThat(seen.id()).isEqualTo(id);
    assertThat(seen.attempt()).isEqualTo(1);
    assertThat(seen.key()).hasValue("k");
    assertThat(seen.fields())
        .containsExactly(Map.entry("key", "k"), Map.entry("data", "one"), Map.entry("raw", "€"));
    assertThat(deadLetters.replay(dead.id()).await().indefinitely()).as("again").isFalse();
    await()
        .untilAsserted(
            () -> assertThat(TestRedis.number("XLEN", STREAM + ":retry:app")).as("done").isZero());
    assertThat(TestRedis.number("XLEN", DEAD)).isZero();
    assertThat(handler.others).as("another group has had it once").containsExactly("one");
  }

  @Test
  void oneThatFailsAgainHasAllItsAttemptsAndRemembersItsFirstFailure() {
    TestRedis.add(STREAM, "again");
    DeadLetter before = awaitDeadLetters(1).getFirst();

    assertThat(deadLetters.replay(before.id()).await().indefinitely()).isTrue();

    DeadLetter after =
        await().until(() -> awaitDeadLetters(1).getFirst(), dead -> !dead.id().equals(before.id()));
    assertThat(after.entryId()).isEqualTo(before.entryId());
    assertThat(after.attempts()).isEqualTo(2);
    assertThat(after.firstFailure()).isEqualTo(before.firstFailure());
    assertThat(after.lastFailure()).isAfter(before.lastFailure());
    assertThat(after.fields()).containsOnlyKeys("data");
  }

  @Test
  void everyStrategyTakesWhatIsReplayed() {
    TestRedis.add(ONCE, "one");
    DeadLetters once = admin.deadLetters("once");
    await().until(() -> once.count(DeadLetterFilter.all()).await().indefinitely() == 1);
    // As one that a strategy of before, or the loss of its consumers, has left.
    TestRedis.call(
        "XADD",
        IGNORING + ":dead:app",
        "*",
        "data",
        "two",
        "dead-letter-reason",
        "gone",
        "dead-letter-stream",
        IGNORING,
        "dead-letter-id",
        "7-1",
        "dead-letter-group",
        "app");
    handler.broken = false;
    handler.seen.clear();

    once.replay(DeadLetterFilter.all()).collect().last().await().indefinitely();
    admin
        .deadLetters("ignoring")
        .replay(DeadLetterFilter.all())
        .collect()
        .last()
        .await()
        .indefinitely();

    await()
        .untilAsserted(() ->
            assertThat(handler.seen)
                .extracting(Seen::payload)
                .containsExactlyInAnyOrder("one", "two"));
  }

  @Test
  void operatorsAtTheSameTimeReplayEachOnce() {
    List<String> payloads = IntStream.range(0, MANY).mapToObj(n -> "n" + n).toList();
    payloads.forEach(payload -> TestRedis.add(STREAM, payload));
    awaitDeadLetters(MANY);
    handler.broken = false;
    handler.seen.clear();

    Uni<Long> run =
        deadLetters.replay(DeadLetterFilter.all()).collect().last().map(DeadLetterProgress::done);
    Long both =
        Uni.combine().all().unis(run, run, run).with((a, b, c) -> a + b + c).await().indefinitely();

    assertThat(both).isEqualTo(MANY);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(handler.seen)
                .extracting(Seen::payload)
                .containsExactlyInAnyOrderElementsOf(payloads));
    assertThat(handler.others).hasSize(MANY);
  }

  @Test
  void aRunEndsThoughWhatItReplaysFailsAgain() {
    IntStream.range(0, MANY).forEach(n -> TestRedis.add(STREAM, "n" + n));
    awaitDeadLetters(MANY);

    DeadLetterProgress progress =
        deadLetters
            .replay(DeadLetterFilter.all())
            .collect()
            .last()
            .await()
            .atMost(Duration.ofSeconds(20));

    assertThat(progress).isEqualTo(new DeadLetterProgress(MANY, MANY));
    awaitDeadLetters(MANY);
  }

  @Test
  void aRunThatIsCancelledLeavesTheRest() {
    IntStream.range(0, MANY).forEach(n -> TestRedis.add(STREAM, "n" + n));
    awaitDeadLetters(MANY);
    handler.broken = false;
    handler.seen.clear();

    DeadLetterProgress first =
        deadLetters
            .replay(DeadLetterFilter.all())
            .select()
            .first()
            .collect()
            .first()
            .await()
            .indefinitely();

    assertThat(first).isEqualTo(new DeadLetterProgress(100, 100));
    await().untilAsserted(() -> assertThat(handler.seen).hasSize(100));
    assertThat(TestRedis.number("XLEN", DEAD)).isEqualTo(MANY - 100);
  }

  private List<DeadLetter> awaitDeadLetters(int count) {
    return await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                deadLetters.list(DeadLetterFilter.all()).collect().asList().await().indefinitely(),
            all -> all.size() == count);
  }

  record Seen(
      String id, int attempt, Optional<String> key, String payload, Map<String, String> fields) {}

  @Singleton
  static class Handler {
    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final List<String> others = new CopyOnWriteArrayList<>();
    volatile boolean broken;

    @Incoming("in")
    @Incoming("once")
    @Incoming("ignoring")
    void on(byte[] payload, IncomingRedisStreamMetadata entry) {
      seen.add(
          new Seen(
              entry.id(),
              entry.deliveryCount(),
              entry.field("key"),
              new String(payload, UTF_8),
              entry.fields()));
      if (broken) {
        throw new IllegalStateException("broken");
      }
    }

    @Incoming("other")
    void other(byte[] payload) {
      others.add(new String(payload, UTF_8));
    }
  }
}
