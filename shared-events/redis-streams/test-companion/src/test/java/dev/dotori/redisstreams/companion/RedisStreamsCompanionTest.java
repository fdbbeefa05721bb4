package dev.dotori.redisstreams.companion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.redisstreams.companion.GroupCompanion.Pending;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The companion does what it says to a real Redis. */
class RedisStreamsCompanionTest {

  private static LocalRedis server;

  private RedisStreamsCompanion redis;
  private StreamCompanion stream;
  private GroupCompanion group;

  @BeforeAll
  static void start() {
    server = LocalRedis.start(TestProgram.redis());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void empty() {
    redis = new RedisStreamsCompanion(server.url(), Duration.ofSeconds(2));
    redis.command("FLUSHALL");
    stream = redis.stream("s");
    group = redis.group("s", "g");
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void whatIsAddedIsThere() {
    String first = stream.add("one");
    String second = stream.add("k", "two");
    stream.add(Map.of("other", "€"));
    List<String> together = stream.addTogether(List.of("four", "five"));

    List<Entry> entries = stream.awaitEntries(5);

    assertThat(entries).hasSize(5);
    assertThat(entries.get(0)).isEqualTo(new Entry(first, Map.of("data", "one")));
    assertThat(entries.get(1).id()).isEqualTo(second);
    assertThat(entries.get(1).key()).isEqualTo("k");
    assertThat(entries.get(1).data()).isEqualTo("two");
    assertThat(entries.get(2).field("other")).isEqualTo("€");
    assertThat(entries.get(2).data()).isNull();
    assertThat(entries.subList(3, 5)).extracting(Entry::id).isEqualTo(together);
    assertThat(stream.length()).isEqualTo(5);
    assertThat(stream.deleteEntry(first)).isTrue();
    assertThat(stream.deleteEntry(first)).isFalse();
    stream.delete();
    assertThat(stream.exists()).isFalse();
    assertThat(stream.entries()).isEmpty();
    stream.awaitEmpty();
  }

  @Test
  void waitingEndsWhenItIsThere() {
    CompletableFuture<Entry> found =
        CompletableFuture.supplyAsync(() -> stream.awaitEntry(e -> "two".equals(e.data())));
    stream.add("one");
    String second = stream.add("two");

    assertThat(found.join().id()).isEqualTo(second);
  }

  @Test
  void waitingInVainTellsWhatWasThereInstead() {
    stream.add("one");
    try (RedisStreamsCompanion impatient =
        new RedisStreamsCompanion(server.url(), Duration.ofMillis(300))) {
      assertThatThrownBy(() -> impatient.stream("s").awaitEntries(2))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("2 entries in s")
          .hasMessageContaining("data=one");
      assertThatThrownBy(() -> impatient.group("s", "nobody").awaitDone())
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("no group");
      assertThatThrownBy(() -> impatient.stream("s").awaitEmpty())
          .isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void groupsAreSeenAndChanged() {
    assertThat(group.exists()).isFalse();
    assertThat(group.pending()).isEmpty();
    group.create("0");
    group.create("0");
    stream.awaitGroup("g");
    List<String> ids = stream.addTogether(List.of("one", "two", "three"));

    assertThat(group.takeAndDie("dead", 2)).extracting(Entry::data).containsExactly("one", "two");

    List<Pending> pending = group.awaitPending(2);
    assertThat(pending).extracting(Pending::id).isEqualTo(ids.subList(0, 2));
    assertThat(pending).extracting(Pending::consumer).containsOnly("dead");
    assertThat(pending).extracting(Pending::deliveries).containsOnly(1);
    assertThat(group.consumers()).containsExactly("dead");
    assertThat(group.acknowledge(ids.get(0))).isTrue();
    assertThat(group.acknowledge(ids.get(1))).isTrue();
    group.awaitNothingPending();
    assertThat(notDone()).as("the third was not delivered").contains("not delivered");
    group.acknowledge(group.takeAndDie("dead", 5).getFirst().id());
    group.awaitDone();
    assertThat(group.takeAndDie("dead", 5)).isEmpty();
    group.destroy();
    assertThat(stream.groups()).isEmpty();
  }

  private String notDone() {
    try (RedisStreamsCompanion impatient =
        new RedisStreamsCompanion(server.url(), Duration.ofMillis(100))) {
      impatient.group("s", "g").awaitDone();
      return "done";
    } catch (AssertionError e) {
      return e.getMessage();
    }
  }

  @Test
  void whatRedisRefusesIsSaid() {
    redis.command("SET", "s", "a text");
    assertThatThrownBy(() -> stream.add("one"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("WRONGTYPE");
    assertThat(redis.command("GET", "none")).isNull();
  }

  @Test
  void othersLoseTheirConnections() {
    try (RedisStreamsCompanion other = new RedisStreamsCompanion(server.url())) {
      Response before = other.command("CLIENT", "ID");

      assertThat(redis.killConnections()).isPositive();

      assertThat(redis.isReady()).isTrue();
      redis.await("a new connection", other::isReady, ready -> ready);
      assertThat(other.command("CLIENT", "ID").toLong()).isGreaterThan(before.toLong());
    }
  }

  @Test
  void aServerEndsWhenItIsClosed() {
    LocalRedis own = LocalRedis.start(TestProgram.redis());
    try (RedisStreamsCompanion its = new RedisStreamsCompanion(own.url(), Duration.ofSeconds(1))) {
      assertThat(its.isReady()).isTrue();
      own.close();
      assertThat(its.isReady()).isFalse();
    }
  }
}
