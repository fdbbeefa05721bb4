package dev.dotori.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.events.Event;
import dev.dotori.events.EventCodec;
import dev.dotori.events.MemberClosed;
import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import io.opentelemetry.api.trace.Span;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However often and in whatever company an event is delivered, its effect happens once. */
@QuarkusTest
@WithTestResource(MySqlTestResource.class)
@WithTestResource(RedisTestResource.class)
@Timeout(120)
class EventConsumerTest {

  private static final String TRACE_PARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  MySqlServer server;

  @Inject EventConsumer consumer;
  @Inject DataSource database;
  @Inject RedisDataSource redis;
  @Inject Outbox outbox;
  @Inject Streams streams;
  @Inject Rows rows;

  private final List<Event<MemberClosed>> handled = new ArrayList<>();

  @BeforeEach
  void empty() {
    rows.clear();
  }

  @Test
  void aBatchIsOneCallInTheStreamsOrder() {
    Deliveries deliveries = closed(100);

    consumer.consume(deliveries.batch(), MemberClosed.class, this::applyAll);

    assertThat(handled).extracting(event -> event.data().memberId()).isEqualTo(members(100));
    assertThat(deliveries.acked).hasSize(100);
    assertThat(rows.inbox()).isEqualTo(100);
  }

  @Test
  void aRepeatedDeliveryHasNoEffectAndIsAcked() {
    consumer.consume(closed(10).batch(), MemberClosed.class, this::applyAll);
    Deliveries again = closed(15);

    consumer.consume(again.batch(), MemberClosed.class, this::applyAll);

    assertThat(members(15)).allSatisfy(member -> assertThat(rows.effects(member)).isOne());
    assertThat(again.acked).hasSize(15);
    assertThat(again.nacked).isEmpty();
  }

  @Test
  void anEventTwiceInABatchHasOneEffectAndBothEntriesAreAcked() {
    UUID member = member(1);
    Deliveries deliveries = new Deliveries().add(id(1), closed(member)).add(id(1), closed(member));

    consumer.consume(deliveries.batch(), MemberClosed.class, this::applyAll);

    assertThat(rows.effects(member)).isOne();
    assertThat(deliveries.acked).containsExactly(0, 1);
  }

  @Test
  void deliveriesOfOneEventAtTheSameTimeHaveOneEffect() throws InterruptedException {
    List<Thread> consumers = new ArrayList<>();
    AtomicInteger acked = new AtomicInteger();
    for (int i = 0; i < 4; i++) {
      consumers.add(
          Thread.ofVirtual()
              .start(() -> {
                Deliveries deliveries = closed(50);
                consumer.consume(
                    deliveries.batch(),
                    MemberClosed.class,
                    events -> {
                      for (Event<MemberClosed> event : events) {
                        rows.effect(event.data().memberId());
                      }
                    });
                acked.addAndGet(deliveries.acked.size());
              }));
    }
    for (Thread thread : consumers) {
      thread.join();
    }

    assertThat(members(50)).allSatisfy(member -> assertThat(rows.effects(member)).isOne());
    assertThat(acked).hasValue(200);
  }

  @Test
  void oneBadEventAmongAHundredNeitherUndoesNorHoldsUpItsNeighbours() {
    Deliveries deliveries = closed(100);

    consumer.consume(
        deliveries.batch(),
        MemberClosed.class,
        events -> {
          applyAll(events);
          if (events.stream().anyMatch(event -> event.id().equals(id(42)))) {
            throw new IllegalStateException("no");
          }
        });

    assertThat(IntStream.range(0, 100).filter(i -> i != 42))
        .allSatisfy(i -> assertThat(rows.effects(member(i))).isOne());
    assertThat(rows.effects(member(42))).as("the bad one's effect is undone").isZero();
    assertThat(deliveries.acked).hasSize(99).doesNotContain(42);
    assertThat(deliveries.nacked).containsOnlyKeys(42);
    assertThat(deliveries.nacked.get(42)).hasMessage("no");
    assertThat(rows.inbox()).as("the bad one may come again").isEqualTo(99);
  }

  @Test
  void whatCannotBeReadIsAPermanentFailureOfItsOwn() {
    Deliveries deliveries =
        closed(2)
            .addRaw(id(2).toString(), "member.closed.v1", "{".getBytes(UTF_8), Map.of())
            .addRaw(id(3).toString(), "member.closed.v7", json(member(3)), Map.of())
            .addRaw("17", "member.closed.v1", json(member(4)), Map.of());

    consumer.consume(deliveries.batch(), MemberClosed.class, this::applyAll);

    assertThat(deliveries.acked).containsExactly(0, 1);
    assertThat(deliveries.nacked).containsOnlyKeys(2, 3, 4);
    assertThat(deliveries.nacked.values())
        .allSatisfy(failure ->
            assertThat(dev.dotori.redisstreams.PermanentFailureException.isIn(failure)).isTrue());
  }

  @Test
  void withoutInboxEveryDeliveryReachesTheHandler() {
    consumer.consumeIdempotent(closed(3).batch(), MemberClosed.class, handled::addAll);
    consumer.consumeIdempotent(closed(3).batch(), MemberClosed.class, handled::addAll);

    assertThat(handled).hasSize(6);
    assertThat(rows.inbox()).isZero();
  }

  @Test
  void aDeadlockIsTriedAgain() throws Exception {
    UUID first = member(1);
    UUID second = member(2);
    rows.effect(first);
    rows.effect(second);
    CountDownLatch bothHoldOne = new CountDownLatch(2);
    AtomicInteger calls = new AtomicInteger();
    Deliveries deliveries = closed(1);

    Thread other = Thread.ofPlatform().start(() -> lockThenLock(second, first, bothHoldOne));
    consumer.consume(
        deliveries.batch(),
        MemberClosed.class,
        events -> {
          calls.incrementAndGet();
          rows.effect(first);
          bothHoldOne.countDown();
          bothHoldOne.await(10, TimeUnit.SECONDS);
          rows.effect(second);
        });
    other.join();

    assertThat(calls).as("the lighter transaction was the victim").hasValueGreaterThan(1);
    assertThat(deliveries.acked).containsExactly(0);
    assertThat(rows.effects(first)).isEqualTo(3);
    assertThat(rows.effects(second)).isEqualTo(3);
  }

  /** A heavier transaction, which the server will not choose to end, that locks the other way. */
  private void lockThenLock(UUID first, UUID second, CountDownLatch bothHoldOne) {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement =
          connection.prepareStatement("INSERT INTO effect (member_id, times) VALUES (?, 1)")) {
        for (int i = 0; i < 50; i++) {
          statement.setBytes(1, Sql.bytes(new UUID(-1, i)));
          statement.executeUpdate();
        }
      }
      effect(connection, first);
      bothHoldOne.countDown();
      bothHoldOne.await(10, TimeUnit.SECONDS);
      effect(connection, second);
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void effect(Connection connection, UUID member) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE effect SET times = times + 1 WHERE member_id = ?")) {
      statement.setBytes(1, Sql.bytes(member));
      statement.executeUpdate();
    }
  }

  @Test
  void whileTheDatabaseIsGoneABatchWaitsAndNothingIsNacked() throws InterruptedException {
    Deliveries deliveries = closed(20);
    server.kill();
    Thread consuming =
        Thread.ofVirtual()
            .start(() -> consumer.consume(deliveries.batch(), MemberClosed.class, this::applyAll));
    Thread.sleep(3000);
    assertThat(deliveries.acked).isEmpty();
    assertThat(deliveries.nacked).isEmpty();

    server.restart();

    assertThat(consuming.join(Duration.ofSeconds(60))).isTrue();
    assertThat(deliveries.nacked).isEmpty();
    assertThat(deliveries.acked).hasSize(20);
    assertThat(members(20)).allSatisfy(member -> assertThat(rows.effects(member)).isOne());
  }

  @Test
  void whatAnEventCausesCarriesItsTraceAndItsKeyOn() {
    streams.delete(Examples.UPLOADED);
    Deliveries deliveries =
        new Deliveries().add(id(1), closed(member(1)), TRACE_PARENT, "key-of-the-request");

    consumer.consume(
        deliveries.batch(), MemberClosed.class, events -> outbox.add(Examples.uploaded()));

    await().until(() -> streams.entries(Examples.UPLOADED).size() == 1);
    assertThat(streams.entries(Examples.UPLOADED).getFirst())
        .containsEntry("ce_traceparent", TRACE_PARENT)
        .containsEntry("ce_idempotencykey", "key-of-the-request");
    assertThat(Span.current().getSpanContext().isValid()).as("only for the handler").isFalse();
  }

  @Test
  void whatAnEventOfManyCausesCarriesThatEventsKey() {
    streams.delete(Examples.UPLOADED);
    Deliveries deliveries =
        new Deliveries()
            .add(id(1), closed(member(1)), null, "key 1")
            .add(id(2), closed(member(2)), null, "key 2");

    consumer.consume(
        deliveries.batch(),
        MemberClosed.class,
        events ->
            outbox.addAllCaused(
                events.stream().map(event -> Caused.by(event, Examples.uploaded())).toList()));

    await().until(() -> streams.entries(Examples.UPLOADED).size() == 2);
    assertThat(streams.entries(Examples.UPLOADED))
        .extracting(fields -> fields.get("ce_idempotencykey"))
        .containsExactly("key 1", "key 2");
  }

  @Test
  void throughTheConnectorDuplicatesHaveOneEffectAndWhatIsBadGoesToTheDeadLetters() {
    String deadLetters = "dotori:{member.closed}:dead:tests";
    redis.key().del(deadLetters);
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 100; i++) {
        streams.add("member.closed", fields(id(i), json(i == 42 ? MembersWhoLeft.BAD : member(i))));
      }
    }
    streams.add("member.closed", fields(id(200), "{}".getBytes(UTF_8)));
    streams.add("member.closed", Map.of("data", "no event at all"));

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            rows.effects(member(99)) == 1 && redis.stream(String.class).xlen(deadLetters) == 4);
    assertThat(IntStream.range(0, 100).filter(i -> i != 42))
        .allSatisfy(i -> assertThat(rows.effects(member(i))).isOne());
    assertThat(rows.effects(MembersWhoLeft.BAD)).isZero();
    await()
        .untilAsserted(() ->
            assertThat(
                    redis.stream(String.class)
                        .xpending("dotori:{member.closed}", "tests")
                        .getPendingCount())
                .as("every entry is settled")
                .isZero());
  }

  private void applyAll(List<Event<MemberClosed>> events) throws SQLException {
    handled.addAll(events);
    for (Event<MemberClosed> event : events) {
      rows.effect(event.data().memberId());
    }
  }

  private static Deliveries closed(int count) {
    Deliveries deliveries = new Deliveries();
    IntStream.range(0, count).forEach(i -> deliveries.add(id(i), closed(member(i))));
    return deliveries;
  }

  private static MemberClosed closed(UUID member) {
    return new MemberClosed(member, Instant.now());
  }

  private static byte[] json(UUID member) {
    return new EventCodec().encode(closed(member));
  }

  private static Map<String, String> fields(UUID id, byte[] data) {
    return Map.of(
        "ce_id",
        id.toString(),
        "ce_type",
        "member.closed.v1",
        "ce_source",
        "members",
        "ce_specversion",
        "1.0",
        "ce_time",
        Instant.now().toString(),
        "data",
        new String(data, UTF_8));
  }

  private static UUID id(int i) {
    return new UUID(0x01938f6e2f3a7c41L, 0x8000000000000000L + i);
  }

  private static UUID member(int i) {
    return new UUID(0x01938f6e2f3a7c42L, 0x8000000000000000L + i);
  }

  private static List<UUID> members(int count) {
    return IntStream.range(0, count).mapToObj(EventConsumerTest::member).toList();
  }
}
