package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.PermanentFailureException;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A failed entry comes again after a growing delay, to its own group only, until the limit; then it
 * is a dead letter that says why.
 */
class RetryTest {

  private static final String STREAM = "test:{retry}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.retry-attempts", "3")
          .overrideConfigKey("mp.messaging.incoming.in.retry-delay", "200ms")
          .overrideConfigKey("mp.messaging.incoming.in.retry-jitter", "0")
          .overrideConfigKey("mp.messaging.incoming.other.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.other.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.other.group", "other");

  @Inject Handler handler;

  @Test
  void anEntryThatSucceedsInTheEndIsDone() {
    String id = TestRedis.add(STREAM, "third-time");

    await().atMost(Duration.ofSeconds(10)).until(() -> handler.of(id).size() == 3);
    List<Handler.Attempt> attempts = handler.of(id);
    assertThat(attempts).extracting(Handler.Attempt::count).containsExactly(1, 2, 3);
    assertThat(between(attempts, 0)).isBetween(200L, 900L);
    assertThat(between(attempts, 1)).isBetween(400L, 1_100L);
    assertNothingLeft();
    assertThat(handler.others).containsOnlyOnce(id);
  }

  @Test
  void anEntryThatKeepsFailingIsADeadLetter() {
    String id = TestRedis.add(STREAM, "always");

    Map<String, String> dead = deadLetter(id);
    assertThat(handler.of(id)).extracting(Handler.Attempt::count).containsExactly(1, 2, 3, 4);
    assertThat(dead)
        .containsEntry("data", "always")
        .containsEntry("dead-letter-reason", "no luck")
        .containsEntry("dead-letter-exception-class-name", "java.lang.IllegalStateException")
        .containsEntry("dead-letter-cause", "the cause")
        .containsEntry("dead-letter-cause-class-name", "java.lang.RuntimeException")
        .containsEntry("dead-letter-stream", STREAM)
        .containsEntry("dead-letter-id", id)
        .containsEntry("dead-letter-group", "app")
        .containsEntry("dead-letter-attempts", "4")
        .doesNotContainKey("redis-streams-id");
    Duration tried =
        Duration.between(
            Instant.parse(dead.get("dead-letter-first-time")),
            Instant.parse(dead.get("dead-letter-last-time")));
    assertThat(tried).isBetween(Duration.ofMillis(1_300), Duration.ofSeconds(5));
    assertNothingLeft();
  }

  @Test
  void aPermanentFailureIsADeadLetterAtOnce() {
    String id = TestRedis.add(STREAM, "permanent");

    assertThat(deadLetter(id))
        .containsEntry("dead-letter-attempts", "1")
        .containsEntry("dead-letter-reason", "can't be read");
    assertThat(handler.of(id)).hasSize(1);
    assertNothingLeft();
  }

  private static Map<String, String> deadLetter(String id) {
    return await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                TestRedis.entries(STREAM + ":dead:app").stream()
                    .filter(dead -> id.equals(dead.get("dead-letter-id")))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static void assertNothingLeft() {
    await()
        .untilAsserted(() -> {
          assertThat(TestRedis.pending(STREAM, "app")).isZero();
          assertThat(TestRedis.pending(STREAM + ":retry:app", "app")).isZero();
          assertThat(TestRedis.number("XLEN", STREAM + ":retry:app")).isZero();
          assertThat(TestRedis.number("ZCARD", STREAM + ":delayed:app")).isZero();
        });
  }

  private static long between(List<Handler.Attempt> attempts, int first) {
    return TimeUnit.NANOSECONDS.toMillis(attempts.get(first + 1).at() - attempts.get(first).at());
  }

  @Singleton
  static class Handler {
    record Attempt(String id, int count, long at) {}

    final List<Attempt> attempts = new CopyOnWriteArrayList<>();
    final List<String> others = new CopyOnWriteArrayList<>();

    List<Attempt> of(String id) {
      return attempts.stream().filter(attempt -> attempt.id().equals(id)).toList();
    }

    @Incoming("in")
    @Blocking
    void on(byte[] payload, IncomingRedisStreamMetadata entry) {
      attempts.add(new Attempt(entry.id(), entry.deliveryCount(), System.nanoTime()));
      switch (new String(payload, UTF_8)) {
        case "always" ->
            throw new IllegalStateException("no luck", new RuntimeException("the cause"));
        case "permanent" -> throw new PermanentFailureException("can't be read");
        case "third-time" -> {
          if (entry.deliveryCount() < 3) {
            throw new IllegalStateException("not yet");
          }
        }
        default -> {}
      }
    }

    @Incoming("other")
    CompletionStage<Void> other(Message<byte[]> entry) {
      others.add(entry.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow().id());
      return entry.ack();
    }
  }
}
