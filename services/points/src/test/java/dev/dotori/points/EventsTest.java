package dev.dotori.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.events.DomainEvent;
import dev.dotori.events.Event;
import dev.dotori.events.EventCodec;
import dev.dotori.events.EventTypes;
import dev.dotori.events.MemberClosed;
import dev.dotori.events.MemberRegistered;
import dev.dotori.events.Portion;
import dev.dotori.events.ProgramChanged;
import dev.dotori.events.ProgramTerms;
import dev.dotori.events.PurchaseRecorded;
import dev.dotori.events.StoreRegistered;
import dev.dotori.local.test.TestTokens;
import dev.dotori.points.distribution.PurchaseEvents;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What points hears, through real streams. */
@QuarkusTest
class EventsTest extends PointsServiceTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Inject RedisDataSource redis;

  private final EventCodec codec = new EventCodec();

  @Test
  void aStoreAndItsMembersAreKnownOnceTheirEventsCame() {
    UUID store = UUID.randomUUID();
    UUID member = UUID.randomUUID();
    publish(new StoreRegistered(store, "A store", "USD", terms("0.5"), NOW));
    publish(new MemberRegistered(member, "Someone", NOW));
    awaitCount("member WHERE id = x'" + hex(member) + "'", 1);
    awaitCount("program_version WHERE store_id = x'" + hex(store) + "'", 1);

    int before = peer.questions();
    UUID purchase = record(store, member, 1000);
    awaitDistributed(purchase);

    assertThat(balance(member)).isEqualTo(500);
    assertThat(peer.questions()).isEqualTo(before);
  }

  @Test
  void programsMayComeInAnyOrderAndTheLatestIsInForce() {
    UUID store = UUID.randomUUID();
    publish(new ProgramChanged(store, 3, terms("0.3"), NOW.plusSeconds(3)));
    publish(new ProgramChanged(store, 2, terms("0.2"), NOW.plusSeconds(2)));
    publish(new StoreRegistered(store, "A store", "USD", terms("0.1"), NOW));
    publish(new ProgramChanged(store, 3, terms("0.3"), NOW.plusSeconds(3)));
    awaitCount("program_version WHERE store_id = x'" + hex(store) + "'", 3);
    awaitCount("store WHERE id = x'" + hex(store) + "'", 1);

    UUID member = newMember();
    awaitDistributed(record(store, member, 1000));
    assertThat(balance(member)).isEqualTo(300);
  }

  @Test
  void aMemberWhoLeftIsNotPaidWhicheverEventComesFirst() {
    UUID member = UUID.randomUUID();
    publish(new MemberClosed(member, NOW));
    awaitCount("member WHERE closed_at IS NOT NULL AND id = x'" + hex(member) + "'", 1);
    publish(new MemberRegistered(member, "Someone", NOW));
    UUID after = UUID.randomUUID();
    publish(new MemberRegistered(after, "Someone else", NOW));
    awaitCount("member WHERE id = x'" + hex(after) + "'", 1);

    post(newStore(), "closed", body(member, 1000, "R-closed")).then().statusCode(400);
  }

  @Test
  void theNotesOfAMemberWhoLeftAreForgottenAndTheTransferStays() {
    UUID sender = newMemberWith(10);
    UUID friend = newMember();
    String transfer =
        post(
                TestTokens.member(sender),
                "/v1/points/transfers",
                "note",
                "{\"toMemberId\": \"%s\", \"points\": 10, \"note\": \"for Ann\"}".formatted(friend))
            .then()
            .statusCode(201)
            .extract()
            .path("id");

    publish(new MemberClosed(sender, NOW));

    awaitCount("transfer WHERE note IS NULL AND id = x'" + hex(UUID.fromString(transfer)) + "'", 1);
    assertThat(balance(friend)).isEqualTo(10);
  }

  @Test
  void aBadEventGoesToTheDeadLettersAndItsNeighboursAreDistributed() {
    long dead = deadPurchases();
    UUID member = UUID.randomUUID();
    List<Event<PurchaseRecorded>> events = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      events.add(PurchaseEvents.of(UUID.randomUUID(), 10, List.of(member)));
    }
    events.add(
        7, PurchaseEvents.of(UUID.randomUUID(), 99, null, List.of(new Portion(member, 1, 10))));
    events.forEach(event -> publish(event.data()));
    redis.stream(String.class)
        .xadd("dotori:{purchase.recorded}", Map.of("data", "not an event at all"));

    awaitBalance(member, 200);
    await().atMost(Duration.ofSeconds(20)).until(() -> deadPurchases() == dead + 2);
    assertLedgerBalanced();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void anyStreamOfPurchasesSumsExactlyHoweverOftenAndInWhateverOrderItComes(long seed) {
    Random random = new Random(seed);
    List<UUID> members =
        new ArrayList<>(IntStream.range(0, 40).mapToObj(i -> UUID.randomUUID()).toList());
    List<Event<PurchaseRecorded>> events = new ArrayList<>();
    Map<UUID, Long> expected = new LinkedHashMap<>();
    for (int i = 0; i < 300; i++) {
      Collections.shuffle(members, random);
      Event<PurchaseRecorded> event =
          PurchaseEvents.of(
              UUID.randomUUID(),
              random.nextLong(100_000),
              List.copyOf(members.subList(0, 1 + random.nextInt(8))));
      events.add(event);
      event
          .data()
          .distribution()
          .forEach(portion -> expected.merge(portion.memberId(), portion.points(), Long::sum));
    }
    List<Event<PurchaseRecorded>> sent = new ArrayList<>(events);
    sent.addAll(events.subList(0, 100));
    Collections.shuffle(sent, random);
    sent.forEach(event -> publish(event.data()));

    expected.forEach(this::awaitBalance);
    assertLedgerBalanced();
  }

  private void awaitBalance(UUID member, long points) {
    await()
        .alias("the balance of " + member)
        .pollDelay(Duration.ZERO)
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(balance(member)).isEqualTo(points));
  }

  private void awaitCount(String rows, long expected) {
    await()
        .alias(rows)
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(count(rows)).isEqualTo(expected));
  }

  private long deadPurchases() {
    return redis.stream(String.class).xlen("dotori:{purchase.recorded}:dead:points");
  }

  private void publish(DomainEvent event) {
    String type = EventTypes.nameOf(event.getClass());
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("ce_specversion", EventCodec.SPEC_VERSION);
    fields.put("ce_id", UUID.randomUUID().toString());
    fields.put("ce_type", type);
    fields.put("ce_source", EventTypes.sourceOf(event.getClass()));
    fields.put("ce_subject", event.subject());
    fields.put("ce_time", NOW.toString());
    fields.put("content-type", EventCodec.CONTENT_TYPE);
    fields.put("data", new String(codec.encode(event), StandardCharsets.UTF_8));
    redis.stream(String.class).xadd("dotori:{" + EventTypes.streamOf(type) + "}", fields);
  }

  private static ProgramTerms terms(String earnRate) {
    return new ProgramTerms(earnRate, 0, null, 20, 60, 5);
  }

  private static String hex(UUID id) {
    return id.toString().replace("-", "");
  }
}
