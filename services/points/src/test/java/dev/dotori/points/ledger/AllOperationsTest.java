package dev.dotori.points.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dotori.local.test.TestTokens;
import dev.dotori.points.PointsServiceTest;
import dev.dotori.points.expiry.Expiry;
import dev.dotori.points.redemption.Redemptions;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All that changes points, mixed, with duplicates: what members have is what a model of the rules
 * says, after each step of a series, and after a storm of calls at once.
 */
@QuarkusTest
class AllOperationsTest extends PointsServiceTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MEMBERS = 5;
  private static final Instant YESTERDAY = Instant.now().minus(1, ChronoUnit.DAYS);

  @Inject Holdings holdings;
  @Inject Redemptions redemptions;
  @Inject Expiry expiry;

  private final LedgerModel model = new LedgerModel();
  private final List<UUID> members = new ArrayList<>();
  private final List<UUID> stores = new ArrayList<>();
  private final List<Bought> bought = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();
  private Random random;

  /** A purchase that was made, and what is left of its amount. */
  private static final class Bought {
    final UUID id;
    final UUID store;
    final long amount;
    final long earned;
    long left;
    long takenBack;

    Bought(UUID id, UUID store, long amount, long earned) {
      this.id = id;
      this.store = store;
      this.amount = amount;
      this.left = amount;
      this.earned = earned;
    }
  }

  private record Held(UUID id, UUID store) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aSeriesIsWhatTheModelSaysAfterEachStep(long seed) throws Exception {
    random = new Random(seed);
    aCastOfMembersAndStores();
    for (int step = 0; step < 70; step++) {
      String done = step();
      // What is due is told to members before it is posted, and posting it changes nothing of it.
      assertMembers("seed %d, step %d: %s".formatted(seed, step, done));
      if (step % 3 == 0) {
        QuarkusTransaction.requiringNew().run(() -> holdings.open(members, Instant.now()));
        assertMembers("seed %d, step %d: %s, posted".formatted(seed, step, done));
      }
    }
    assertLedgerBalanced();
  }

  private void aCastOfMembersAndStores() {
    for (int i = 0; i < MEMBERS; i++) {
      members.add(newMember());
    }
    for (String days : List.of("null", "10", "20")) {
      stores.add(peer.addStore(TERMS.replace("\"expiryDays\": null", "\"expiryDays\": " + days)));
    }
  }

  private String step() throws Exception {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> purchase();
      case 3, 4 -> transfer();
      case 5, 6 -> hold();
      case 7 -> endHold();
      case 8 -> adjust();
      case 9, 10 -> refund();
      default -> expire();
    };
  }

  private String purchase() {
    UUID store = any(stores);
    List<UUID> participants = new ArrayList<>(members);
    Collections.shuffle(participants, random);
    UUID[] sharers = participants.subList(1, 1 + random.nextInt(4)).toArray(UUID[]::new);
    long amount = 1 + random.nextInt(3000);
    UUID id = record(store, participants.getFirst(), amount, sharers);
    awaitDistributed(id);
    JsonNode purchase = json(as(TestTokens.operator()).get("/v1/purchases/{id}", id));
    for (JsonNode portion : purchase.get("distribution")) {
      model.earn(
          id(portion.get("memberId")),
          id,
          time(purchase.get("expiresAt")),
          portion.get("points").asLong());
    }
    bought.add(new Bought(id, store, amount, purchase.get("earned").asLong()));
    return "purchase";
  }

  private String transfer() throws Exception {
    UUID from = any(members);
    UUID to = any(members.stream().filter(it -> !it.equals(from)).toList());
    long points = 1 + random.nextInt(100);
    Response answer =
        twice(TestTokens.member(from), "/v1/points/transfers", transferBody(to, points));
    assertAnswer(answer, model.transfer(from, to, points), 201);
    return "transfer of " + points;
  }

  private String hold() throws Exception {
    UUID store = any(stores);
    UUID member = any(members);
    long points = 1 + random.nextInt(100);
    Response answer =
        twice(TestTokens.store(store), "/v1/points/redemptions", holdBody(member, points));
    UUID id = answer.statusCode() == 201 ? id(json(answer).get("id")) : UUID.randomUUID();
    boolean expected = model.hold(member, id, points);
    assertAnswer(answer, expected, 201);
    if (expected) {
      held.add(new Held(id, store));
    }
    return "hold of " + points;
  }

  private String endHold() {
    if (held.isEmpty()) {
      return "no hold to end";
    }
    Held hold = held.remove(random.nextInt(held.size()));
    switch (random.nextInt(3)) {
      case 0 -> {
        endTwice(hold, "capture");
        model.capture(hold.id());
        return "capture";
      }
      case 1 -> {
        endTwice(hold, "cancel");
        model.giveBack(hold.id());
        return "cancel";
      }
      default -> {
        database.update(
            "UPDATE redemption SET held_until = ? WHERE id = ? AND status = 1",
            YESTERDAY,
            hold.id());
        redemptions.releaseDue(Instant.now(), 100);
        model.giveBack(hold.id());
        // The scheduled release may have been faster, and be about to commit.
        endTwice(hold, "cancel");
        return "release";
      }
    }
  }

  private static void endTwice(Held hold, String how) {
    for (int i = 0; i < 2; i++) {
      // 503 tells a client to send it again; this one may.
      int status = 503;
      for (int attempt = 0; attempt < 10 && status == 503; attempt++) {
        status =
            as(TestTokens.store(hold.store()))
                .post("/v1/points/redemptions/{id}/{how}", hold.id(), how)
                .statusCode();
      }
      assertThat(status).isEqualTo(200);
    }
  }

  private String adjust() throws Exception {
    UUID member = any(members);
    long points = random.nextBoolean() ? 1 + random.nextInt(50) : -1 - random.nextInt(50);
    Response answer =
        twice(TestTokens.operator(), "/v1/points/adjustments", adjustBody(member, points));
    assertAnswer(answer, model.adjust(member, points), 201);
    return "adjustment of " + points;
  }

  private String refund() throws Exception {
    if (bought.isEmpty()) {
      return "nothing to refund";
    }
    Bought purchase = any(bought);
    long amount = 1 + random.nextLong(purchase.amount);
    Response answer =
        twice(
            TestTokens.store(purchase.store),
            "/v1/purchases/" + purchase.id + "/refunds",
            refundBody(amount));
    assertAnswer(answer, amount <= purchase.left, 202);
    if (amount <= purchase.left) {
      purchase.left -= amount;
      long sum = 0;
      for (JsonNode part : json(answer).get("takenBack")) {
        model.takeBack(id(part.get("memberId")), purchase.id, part.get("points").asLong());
        sum += part.get("points").asLong();
      }
      purchase.takenBack += sum;
      assertThat(purchase.takenBack).isEqualTo(inProportion(purchase));
    }
    return "refund of " + amount;
  }

  private static long inProportion(Bought purchase) {
    return BigInteger.valueOf(purchase.earned)
        .multiply(BigInteger.valueOf(purchase.amount - purchase.left))
        .divide(BigInteger.valueOf(purchase.amount))
        .longValueExact();
  }

  /** The time of one of the expiries comes. */
  private String expire() {
    List<Instant> expiries =
        members.stream()
            .flatMap(it -> model.of(it).expiring().keySet().stream())
            .distinct()
            .sorted()
            .toList();
    if (expiries.isEmpty()) {
      return "nothing to expire";
    }
    Instant over = any(expiries);
    QuarkusTransaction.requiringNew()
        .run(() ->
            members.forEach(member -> {
              database.update(
                  "UPDATE balance SET next_expiry = ? WHERE member_id = ?", YESTERDAY, member);
              database.update(
                  "UPDATE lot SET expires_at = ? WHERE member_id = ? AND expires_at = ?",
                  YESTERDAY,
                  member,
                  over);
            }));
    model.expire(over);
    if (random.nextBoolean()) {
      expiry.expireDue(Instant.now(), 1 + random.nextInt(MEMBERS));
    }
    return "expiry";
  }

  private void assertMembers(String when) {
    for (UUID member : members) {
      JsonNode told = json(points(member));
      Map<Instant, Long> expiring = new TreeMap<>();
      told.get("expiring")
          .forEach(it -> expiring.put(time(it.get("at")), it.get("points").asLong()));
      assertThat(
              new LedgerModel.State(
                  told.get("balance").asLong(),
                  told.get("owed").asLong(),
                  told.get("lifetimeEarned").asLong(),
                  expiring))
          .as(when)
          .isEqualTo(model.of(member));
    }
  }

  private static void assertAnswer(Response answer, boolean expected, int success) {
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(expected ? success : 422);
  }

  /** Sends a request twice with one key, now and then at the same moment; its one answer. */
  private Response twice(String token, String path, String body) throws Exception {
    String key = UUID.randomUUID().toString();
    Callable<Response> request = () -> untilAnswered(token, path, key, body);
    List<Response> answers =
        random.nextBoolean()
            ? atOnce(List.of(request, request))
            : List.of(request.call(), request.call());
    assertThat(answers.get(0).statusCode()).isEqualTo(answers.get(1).statusCode());
    if (answers.get(0).statusCode() < 300) {
      assertThat(answers.get(0).asString()).isEqualTo(answers.get(1).asString());
    }
    return answers.getFirst();
  }

  /** As a client does that is told to come again. */
  private static Response untilAnswered(String token, String path, String key, String body)
      throws InterruptedException {
    for (int attempt = 0; ; attempt++) {
      Response answer = post(token, path, key, body);
      boolean again = answer.statusCode() == 409 || answer.statusCode() == 503;
      if (!again || attempt == 100) {
        return answer;
      }
      Thread.sleep(ThreadLocalRandom.current().nextInt(5, 30));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = 3)
  void aStormOfCallsLeavesEveryPointAccountedForAndTheLedgerBalancedThroughout(long seed)
      throws Exception {
    random = new Random(seed);
    aCastOfMembersAndStores();
    // What each member has by the calls that were answered with success, in whatever order.
    Map<UUID, AtomicLong> expected = new ConcurrentHashMap<>();
    for (UUID member : members) {
      earn(member, 200, null);
      earn(member, 100, Instant.now().plus(5, ChronoUnit.DAYS));
      expected.put(member, new AtomicLong(300));
    }
    List<Callable<Void>> calls = new ArrayList<>();
    IntStream.range(0, 40).forEach(i -> calls.add(someTransfer(expected)));
    IntStream.range(0, 25).forEach(i -> calls.add(someRedemption(expected)));
    IntStream.range(0, 15).forEach(i -> calls.add(someAdjustment(expected)));
    IntStream.range(0, 20).forEach(i -> calls.add(somePurchaseAndItsRefund(expected)));
    IntStream.range(0, 10)
        .forEach(i ->
            calls.add(() -> {
              JsonNode balance = json(as(TestTokens.operator()).get("/v1/ledger/trial-balance"));
              assertThat(balance.get("difference").asLong()).isZero();
              return null;
            }));
    Collections.shuffle(calls, random);

    atOnce(calls);

    for (UUID member : members) {
      JsonNode told = json(points(member));
      assertThat(told.get("balance").asLong() - told.get("owed").asLong())
          .as("seed %d", seed)
          .isEqualTo(expected.get(member).get());
    }
    assertLedgerBalanced();
  }

  private Callable<Void> someTransfer(Map<UUID, AtomicLong> expected) {
    UUID from = any(members);
    UUID to = any(members.stream().filter(it -> !it.equals(from)).toList());
    long points = 1 + random.nextInt(60);
    return () -> {
      if (atLeastOnce(
          TestTokens.member(from), "/v1/points/transfers", transferBody(to, points), 201)) {
        expected.get(from).addAndGet(-points);
        expected.get(to).addAndGet(points);
      }
      return null;
    };
  }

  private Callable<Void> someRedemption(Map<UUID, AtomicLong> expected) {
    UUID store = any(stores);
    UUID member = any(members);
    long points = 1 + random.nextInt(60);
    boolean captured = random.nextBoolean();
    String key = UUID.randomUUID().toString();
    return () -> {
      String token = TestTokens.store(store);
      Response answer =
          untilAnswered(token, "/v1/points/redemptions", key, holdBody(member, points));
      if (answer.statusCode() == 201) {
        endTwice(new Held(id(json(answer).get("id")), store), captured ? "capture" : "cancel");
        expected.get(member).addAndGet(captured ? -points : 0);
      }
      return null;
    };
  }

  private Callable<Void> someAdjustment(Map<UUID, AtomicLong> expected) {
    UUID member = any(members);
    long points = random.nextBoolean() ? 40 : -40;
    return () -> {
      if (atLeastOnce(
          TestTokens.operator(), "/v1/points/adjustments", adjustBody(member, points), 201)) {
        expected.get(member).addAndGet(points);
      }
      return null;
    };
  }

  /** Refunded wholly by three refunds, while it is distributed: nothing is left of it. */
  private Callable<Void> somePurchaseAndItsRefund(Map<UUID, AtomicLong> expected) {
    UUID store = any(stores);
    UUID buyer = any(members);
    UUID friend = any(members.stream().filter(it -> !it.equals(buyer)).toList());
    long kept = random.nextInt(2) * 500;
    return () -> {
      UUID id = record(store, buyer, 1000, friend);
      for (long amount : new long[] {333, 167, 500 - kept}) {
        if (amount > 0) {
          assertThat(
                  atLeastOnce(
                      TestTokens.store(store),
                      "/v1/purchases/" + id + "/refunds",
                      refundBody(amount),
                      202))
              .isTrue();
        }
      }
      if (kept > 0) {
        expected.get(buyer).addAndGet(25);
        expected.get(friend).addAndGet(25);
      }
      return null;
    };
  }

  /** Sends a request once or twice; whether it had its effect. */
  private static boolean atLeastOnce(String token, String path, String body, int success)
      throws InterruptedException {
    String key = UUID.randomUUID().toString();
    Response first = untilAnswered(token, path, key, body);
    if (ThreadLocalRandom.current().nextBoolean() && first.statusCode() == success) {
      assertThat(untilAnswered(token, path, key, body).asString()).isEqualTo(first.asString());
    }
    assertThat(first.statusCode()).as(first.asString()).isIn(success, 422);
    return first.statusCode() == success;
  }

  // Not by RestAssured's paths, each of which compiles a Groovy script: there are thousands here.
  private static JsonNode json(Response answer) {
    try {
      return JSON.readTree(answer.asString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(answer.asString(), e);
    }
  }

  private static UUID id(JsonNode text) {
    return UUID.fromString(text.asText());
  }

  private static Instant time(JsonNode text) {
    return text.isNull() ? null : Instant.parse(text.asText());
  }

  private <T> T any(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static String transferBody(UUID to, long points) {
    return "{\"toMemberId\": \"%s\", \"points\": %d}".formatted(to, points);
  }

  private static String holdBody(UUID member, long points) {
    return "{\"memberId\": \"%s\", \"points\": %d, \"reference\": \"b\"}".formatted(member, points);
  }

  private static String adjustBody(UUID member, long points) {
    return "{\"memberId\": \"%s\", \"points\": %d, \"reason\": \"r\"}".formatted(member, points);
  }

  private static String refundBody(long amount) {
    return "{\"amount\": {\"amount\": %d, \"currency\": \"USD\"}}".formatted(amount);
  }
}
