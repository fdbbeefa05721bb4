package dev.dotori.points.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.dotori.local.test.TestTokens;
import dev.dotori.points.PointsServiceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class TransferTest extends PointsServiceTest {

  @Test
  void movesPointsFromTheCallerToAnother() {
    UUID sender = newMemberWith(100);
    UUID receiver = newMemberWith(5);

    transfer(sender, receiver, 30)
        .then()
        .statusCode(201)
        .body("id", notNullValue())
        .body("fromMemberId", is(sender.toString()))
        .body("toMemberId", is(receiver.toString()))
        .body("points", is(30))
        .body("note", is("for lunch"))
        .body("transferredAt", notNullValue());

    assertThat(balance(sender)).isEqualTo(70);
    assertThat(balance(receiver)).isEqualTo(35);
    points(receiver).then().body("lifetimeEarned", is(5));
    assertLedgerBalanced();
  }

  @Test
  void standsInBothStatementsWithItsNote() {
    UUID sender = newMemberWith(100);
    UUID receiver = newMember();
    transfer(sender, receiver, 30);
    line(sender)
        .body("items[0].type", is("transfer"))
        .body("items[0].points", is(-30))
        .body("items[0].balanceAfter", is(70))
        .body("items[0].purchaseId", nullValue())
        .body("items[0].reason", is("for lunch"))
        .body("items[1].balanceAfter", is(100));
    line(receiver)
        .body("items[0].type", is("transfer"))
        .body("items[0].points", is(30))
        .body("items[0].balanceAfter", is(30))
        .body("items[0].reason", is("for lunch"));
  }

  private static io.restassured.response.ValidatableResponse line(UUID member) {
    return as(TestTokens.member(member)).get("/v1/members/{id}/points/entries", member).then();
  }

  @Test
  void theNoteMayBeAbsent() {
    UUID sender = newMemberWith(1);
    send(sender, "n", "{\"toMemberId\": \"%s\", \"points\": 1}".formatted(newMember()))
        .then()
        .statusCode(201)
        .body("note", nullValue());
  }

  @Test
  void isSaid() {
    UUID sender = newMemberWith(10);
    String id = transfer(sender, newMember(), 10).path("id");
    assertThat(count("outbox WHERE type = 'points.transferred.v1' AND subject = '" + id + "'"))
        .isEqualTo(1);
  }

  @Test
  void thePointsThatExpireFirstGoFirstAndKeepTheirExpiry() {
    Instant soon = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(2, ChronoUnit.DAYS);
    Instant later = soon.plus(10, ChronoUnit.DAYS);
    UUID sender = newMember();
    earn(sender, 7, null);
    earn(sender, 20, later);
    earn(sender, 10, soon);
    UUID receiver = newMember();

    transfer(sender, receiver, 25).then().statusCode(201);

    points(sender)
        .then()
        .body("balance", is(12))
        .body("expiring.points", is(List.of(5)))
        .body("expiring.at", is(List.of(later.toString())));
    points(receiver)
        .then()
        .body("balance", is(25))
        .body("expiring.points", is(List.of(10, 15)))
        .body("expiring.at", is(List.of(soon.toString(), later.toString())));
    transfer(receiver, sender, 25).then().statusCode(201);
    points(sender).then().body("expiring.points", is(List.of(10, 20)));
    assertLedgerBalanced();
  }

  @Test
  void ofPointsThatExpiredIsRefusedHoweverLateTheirExpiryIsPosted() {
    UUID sender = newMember();
    earn(sender, 10, Instant.now().minusSeconds(1));
    earn(sender, 5, null);
    transfer(sender, newMember(), 6).then().statusCode(422);
    transfer(sender, newMember(), 5).then().statusCode(201);
    points(sender).then().body("balance", is(0));
    assertLedgerBalanced();
  }

  @Test
  void ofMoreThanTheBalanceIsRefusedAndChangesNothing() {
    UUID sender = newMemberWith(10);
    UUID receiver = newMember();
    transfer(sender, receiver, 11)
        .then()
        .statusCode(422)
        .contentType("application/problem+json")
        .body("type", is("/problems/insufficient-points"));
    transfer(newMember(), receiver, 1).then().statusCode(422);
    assertThat(balance(sender)).isEqualTo(10);
    assertThat(balance(receiver)).isZero();
  }

  @Test
  void aRefusedTransferMaySendItsKeyAgain() {
    UUID sender = newMember();
    UUID receiver = newMember();
    String body = body(receiver, 10);
    send(sender, "again", body).then().statusCode(422);
    earn(sender, 10, null);
    send(sender, "again", body).then().statusCode(201).header("Idempotent-Replayed", nullValue());
  }

  @Test
  void theSameKeyMovesThePointsOnce() {
    UUID sender = newMemberWith(100);
    UUID receiver = newMember();
    Response first = send(sender, "once", body(receiver, 10));
    Response second = send(sender, "once", body(receiver, 10));
    second.then().statusCode(201).header("Idempotent-Replayed", is("true"));
    assertThat(second.asString()).isEqualTo(first.asString());
    assertThat(balance(receiver)).isEqualTo(10);
    send(sender, "once", body(receiver, 11)).then().statusCode(422);
  }

  @Test
  void needsAKey() {
    as(TestTokens.member(newMemberWith(10)))
        .contentType("application/json")
        .body(body(newMember(), 1))
        .post("/v1/points/transfers")
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("Idempotency-Key"));
  }

  @Test
  void isBetweenTwoMembers() {
    UUID sender = newMemberWith(10);
    UUID closed = newMember();
    database.update(
        "INSERT INTO member (id, closed_at) VALUES (?, ?)", closed, Instant.EPOCH.plusSeconds(1));
    for (UUID nobody : List.of(sender, UUID.randomUUID(), closed)) {
      transfer(sender, nobody, 1)
          .then()
          .statusCode(400)
          .body("violations.field", is(List.of("toMemberId")));
    }
    transfer(closed, sender, 1).then().statusCode(403);
    assertThat(balance(sender)).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "points": 5       | "points": 0                   | points
          "points": 5       | "points": -5                  | points
          "points": 5       | "points": 5.0                 | points
          "points": 5       | "points": "5"                 | points
          "points": 5       | "points": 1000000000000001    | points
          "points": 5       | "points": null                | points
          "points": 5       | "points": 5, "x": 1           | x
          "for lunch"       | "two\\nlines"                 | note
          "toMemberId"      | "to"                          | to
          """)
  void whatIsWrongIsNamed(String right, String wrong, String field) {
    UUID sender = newMemberWith(10);
    String body = body(newMember(), 5);
    assertThat(body).contains(right);
    send(sender, UUID.randomUUID().toString(), body.replace(right, wrong))
        .then()
        .statusCode(400)
        .body("violations.field", hasItem(field));
    assertThat(balance(sender)).isEqualTo(10);
  }

  @Test
  void aNoteHasItsLimit() {
    UUID sender = newMemberWith(10);
    String body = body(newMember(), 5);
    send(sender, "l1", body.replace("for lunch", "é".repeat(500))).then().statusCode(201);
    send(sender, "l2", body.replace("for lunch", "é".repeat(501))).then().statusCode(400);
  }

  @Test
  void isForMembers() {
    String body = body(newMember(), 1);
    for (String token : List.of(TestTokens.store(newStore()), TestTokens.operator())) {
      post(token, "/v1/points/transfers", "role", body).then().statusCode(403);
    }
    post("not-a-token", "/v1/points/transfers", "role", body).then().statusCode(401);
  }

  @Test
  void ofOneBalanceToManyAtOnceSpendsItOnce() throws Exception {
    UUID sender = newMemberWith(100);
    List<Callable<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      UUID receiver = newMember();
      all.add(() -> transfer(sender, receiver, 40).statusCode());
    }
    List<Integer> answers = atOnce(all);
    assertThat(answers).containsOnly(201, 422);
    assertThat(Collections.frequency(answers, 201)).isEqualTo(2);
    assertThat(balance(sender)).isEqualTo(20);
    assertLedgerBalanced();
  }

  @Test
  void thereAndBackAtOnceMeetNoDeadlock() throws Exception {
    UUID a = newMemberWith(1000);
    UUID b = newMemberWith(1000);
    List<Callable<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      UUID from = i % 2 == 0 ? a : b;
      UUID to = i % 2 == 0 ? b : a;
      all.add(() -> transfer(from, to, 10).statusCode());
    }
    assertThat(atOnce(all)).containsOnly(201);
    assertThat(balance(a)).isEqualTo(1000);
    assertThat(balance(b)).isEqualTo(1000);
    assertLedgerBalanced();
  }

  private static Response transfer(UUID from, UUID to, long points) {
    return send(from, UUID.randomUUID().toString(), body(to, points));
  }

  private static Response send(UUID from, String key, String body) {
    return post(TestTokens.member(from), "/v1/points/transfers", key, body);
  }

  private static String body(UUID to, long points) {
    return "{\"toMemberId\": \"%s\", \"points\": %d, \"note\": \"for lunch\"}"
        .formatted(to, points);
  }
}
