package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.admin.DeadLetter;
import dev.dotori.redisstreams.admin.DeadLetterFilter;
import dev.dotori.redisstreams.admin.DeadLetterPage;
import dev.dotori.redisstreams.admin.DeadLetterProgress;
import dev.dotori.redisstreams.admin.DeadLetters;
import dev.dotori.redisstreams.admin.RedisStreamsAdmin;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An operator sees the dead letters, all or those that a filter means, and can drop them. */
class DeadLetterAdminTest {

  private static final String STREAM = "test:{admin}";
  private static final String DEAD = "test:{admin}:dead-of-all";
  private static final int ENTRIES = 250;

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.client-name", "second")
          .overrideConfigKey("mp.messaging.incoming.in.failure-strategy", "dead-letter")
          .overrideConfigKey("mp.messaging.incoming.in.dead-letter.stream", DEAD)
          // The default client leads nowhere.
          .overrideConfigKey("quarkus.redis.hosts", "redis://127.0.0.1:1")
          .overrideConfigKey("quarkus.redis.second.hosts", TestRedis.url());

  @Inject RedisStreamsAdmin admin;

  private DeadLetters deadLetters;
  private List<String> added;

  @BeforeEach
  void everyEntryFails() {
    TestRedis.call("DEL", DEAD);
    // Not this group's, and not a dead letter at all.
    TestRedis.call(
        "XADD",
        DEAD,
        "*",
        "data",
        "x",
        "dead-letter-reason",
        "",
        "dead-letter-stream",
        STREAM,
        "dead-letter-group",
        "another");
    TestRedis.call("XADD", DEAD, "*", "data", "x");
    added = IntStream.range(0, ENTRIES).mapToObj(n -> TestRedis.add(STREAM, "n" + n)).toList();
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> TestRedis.number("XLEN", DEAD) == ENTRIES + 2);
    deadLetters = admin.deadLetters("in");
  }

  @Test
  void everyDeadLetterSaysWhatHappened() {
    List<DeadLetter> all = list(DeadLetterFilter.all());

    assertThat(all).extracting(DeadLetter::entryId).containsExactlyInAnyOrderElementsOf(added);
    DeadLetter odd =
        all.stream().filter(each -> each.field("data").equals(Optional.of("n7"))).findAny().get();
    assertThat(odd.stream()).isEqualTo(STREAM);
    assertThat(odd.group()).isEqualTo("app");
    assertThat(odd.attempts()).isEqualTo(1);
    assertThat(odd.reason()).contains("no disk for n7");
    assertThat(odd.exceptionClassName()).isEqualTo(UncheckedIOException.class.getName());
    assertThat(odd.cause()).hasValue("no disk for n7");
    assertThat(odd.causeClassName()).hasValue(IOException.class.getName());
    assertThat(odd.firstFailure()).isAfter(Instant.now().minusSeconds(60));
    assertThat(odd.lastFailure()).isEqualTo(odd.firstFailure());
    assertThat(odd.fields()).containsOnlyKeys("data");
    assertThat(deadLetters.get(odd.id()).await().indefinitely().map(DeadLetter::entryId))
        .hasValue(odd.entryId());
    assertThat(deadLetters.get("1-1").await().indefinitely()).isEmpty();
    assertThat(deadLetters.count(DeadLetterFilter.all()).await().indefinitely()).isEqualTo(ENTRIES);
  }

  @Test
  void theChannelsStateCountsThem() {
    await()
        .untilAsserted(() ->
            assertThat(admin.channels().await().indefinitely())
                .singleElement()
                .satisfies(channel -> {
                  assertThat(channel.channel()).isEqualTo("in");
                  assertThat(channel.stream()).isEqualTo(STREAM);
                  assertThat(channel.group()).isEqualTo("app");
                  assertThat(channel.streamState().deadLetters()).isEqualTo(ENTRIES + 2);
                  assertThat(channel.streamState().pending()).isZero();
                  assertThat(channel.streamState().lag()).isZero();
                }));
  }

  @Test
  void filtersNarrowWhatIsSeen() {
    List<DeadLetter> all = list(DeadLetterFilter.all());
    DeadLetterFilter filter = DeadLetterFilter.all();

    assertThat(list(filter.exception(IllegalStateException.class.getName()))).hasSize(125);
    assertThat(list(filter.exception(IOException.class.getName()))).as("a cause").hasSize(125);
    assertThat(list(filter.reasonContains("for n24"))).as("n24, n240 to n249").hasSize(11);
    assertThat(list(filter.field("data", "n33"))).hasSize(1);
    assertThat(list(filter.and(dead -> dead.attempts() > 1))).isEmpty();
    assertThat(list(filter.ids(all.get(10).id(), all.get(130).id())))
        .extracting(DeadLetter::id)
        .containsExactlyElementsOf(all.subList(10, 131).stream().map(DeadLetter::id).toList());
    assertThat(list(filter.ids(all.get(10).id(), all.get(19).id()).field("data", "n33")))
        .as("both conditions")
        .hasSizeLessThanOrEqualTo(1);
    Instant middle = Instant.ofEpochMilli(Long.parseLong(all.get(100).id().split("-")[0]));
    assertThat(list(filter.before(middle)).size() + list(filter.since(middle)).size())
        .isEqualTo(ENTRIES);
    assertThat(list(filter.since(middle)))
        .extracting(DeadLetter::id)
        .contains(all.get(100).id())
        .doesNotContain(all.get(0).id());
    assertThatThrownBy(() -> filter.ids("x", "y")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pagesFollowEachOther() {
    DeadLetterFilter odd = DeadLetterFilter.all().exception(UncheckedIOException.class.getName());
    List<DeadLetter> paged = new ArrayList<>();
    Optional<String> next = Optional.empty();
    int pages = 0;
    do {
      DeadLetterPage page = deadLetters.page(odd, 25, next).await().indefinitely();
      assertThat(page.deadLetters()).hasSize(25);
      paged.addAll(page.deadLetters());
      next = page.next();
      pages++;
    } while (next.isPresent());

    assertThat(pages).isEqualTo(5);
    assertThat(paged).extracting(DeadLetter::id).doesNotHaveDuplicates().hasSize(125).isSorted();
    assertThatThrownBy(() -> deadLetters.page(odd, 0).await().indefinitely())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pagesNewestFirstHoldEachDeadLetterOnce() {
    List<DeadLetter> paged = new ArrayList<>();
    Optional<String> next = Optional.empty();
    do {
      DeadLetterPage page = deadLetters.newest(60, next).await().indefinitely();
      paged.addAll(page.deadLetters());
      next = page.next();
    } while (next.isPresent());

    assertThat(paged)
        .extracting(DeadLetter::id)
        .containsExactlyElementsOf(
            list(DeadLetterFilter.all()).reversed().stream().map(DeadLetter::id).toList());
    assertThatThrownBy(() -> deadLetters.newest(1001, Optional.empty()).await().indefinitely())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsDroppedIsGone() {
    String one = list(DeadLetterFilter.all()).getFirst().id();
    assertThat(deadLetters.drop(one).await().indefinitely()).isTrue();
    assertThat(deadLetters.drop(one).await().indefinitely()).isFalse();

    DeadLetterFilter even = DeadLetterFilter.all().exception("java.lang.IllegalStateException");
    List<DeadLetterProgress> progress =
        deadLetters.drop(even).collect().asList().await().indefinitely();
    assertThat(progress).hasSizeGreaterThan(1);
    assertThat(progress).extracting(DeadLetterProgress::done).isSorted();
    DeadLetterFilter odd = DeadLetterFilter.all().exception(UncheckedIOException.class.getName());
    assertThat(progress.getLast().done()).isEqualTo(ENTRIES - 1 - list(odd).size());
    assertThat(list(even)).isEmpty();
    assertThat(TestRedis.number("XLEN", DEAD))
        .as("what is not this group's stays")
        .isEqualTo(list(DeadLetterFilter.all()).size() + 2);
    assertThat(deadLetters.drop(even).collect().asList().await().indefinitely())
        .extracting(DeadLetterProgress::done)
        .containsOnly(0L);
  }

  @Test
  void ofTwoAtOnceEachDropsWhatTheOtherLeaves() {
    Uni<Long> run =
        deadLetters.drop(DeadLetterFilter.all()).collect().last().map(DeadLetterProgress::done);

    Long both =
        Uni.combine().all().unis(run, run, run).with((a, b, c) -> a + b + c).await().indefinitely();

    assertThat(both).isEqualTo(ENTRIES);
    assertThat(list(DeadLetterFilter.all())).isEmpty();
  }

  private List<DeadLetter> list(DeadLetterFilter filter) {
    return deadLetters.list(filter).collect().asList().await().indefinitely();
  }

  @Singleton
  static class Handler {
    @Incoming("in")
    void on(byte[] payload) {
      String text = new String(payload, UTF_8);
      if (Integer.parseInt(text.substring(1)) % 2 == 0) {
        throw new IllegalStateException("no luck for " + text);
      }
      throw new UncheckedIOException(new IOException("no disk for " + text));
    }
  }
}
