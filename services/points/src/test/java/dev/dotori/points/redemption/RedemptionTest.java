package dev.dotori.points.redemption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.dotori.local.test.TestTokens;
import dev.dotori.points.PointsServiceTest;
import dev.dotori.points.database.DatabaseException;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class RedemptionTest extends PointsServiceTest {

  @Inject Redemptions redemptions;

  private UUID store;
  private UUID member;

  @BeforeEach
  void aMemberWithPoints() {
    store = newStore();
    member = newMemberWith(100);
  }

  @Test
  void holdsPointsThatTheMemberCanNoLongerUse() {
    Response answer = hold(40);

    answer
        .then()
        .statusCode(201)
        .header("Location", is("/v1/points/redemptions/" + answer.path("id")))
        .body("status", is("held"))
        .body("storeId", is(store.toString()))
        .body("memberId", is(member.toString()))
        .body("points", is(40))
        .body("reference", is("basket 7"))
        .body("heldUntil", notNullValue())
        .body("endedAt", nullValue());
    assertThat(balance(member)).isEqualTo(60);
    hold(61).then().statusCode(422).body("type", is("/problems/insufficient-points"));
    assertLedgerBalanced();
  }

  @Test
  void heldPointsAreOwedUntilTheyAreCaptured() {
    long before = liability();
    String id = hold(40).path("id");
    assertThat(liability()).isEqualTo(before);
    capture(id).then().statusCode(200);
    assertThat(liability()).isEqualTo(before - 40);
    assertLedgerBalanced();
  }

  private static long liability() {
    return as(TestTokens.operator())
        .get("/v1/ledger/trial-balance")
        .jsonPath()
        .getLong("liability");
  }

  @Test
  void captureSpendsThePointsOnce() {
    String id = hold(40).path("id");
    Response first = capture(id);
    first.then().statusCode(200).body("status", is("captured")).body("endedAt", notNullValue());
    assertThat(capture(id).asString()).isEqualTo(first.asString());
    assertThat(balance(member)).isEqualTo(60);
    assertThat(count("outbox WHERE type = 'points.redeemed.v1' AND subject = '" + id + "'"))
        .isEqualTo(1);
    points(member).then().body("lifetimeEarned", is(100));
    assertLedgerBalanced();
  }

  @Test
  void cancelGivesThePointsBackOnce() {
    String id = hold(40).path("id");
    Response first = cancel(id);
    first.then().statusCode(200).body("status", is("cancelled"));
    assertThat(cancel(id).asString()).isEqualTo(first.asString());
    assertThat(balance(member)).isEqualTo(100);
    assertLedgerBalanced();
  }

  @Test
  void whatIsGivenBackExpiresWhenItWouldHave() {
    Instant soon = Instant.now().truncatedTo(ChronoUnit.DAYS).plus(2, ChronoUnit.DAYS);
    earn(member, 10, soon);
    String id = hold(15).path("id");
    points(member).then().body("expiring.points", is(List.of()));
    cancel(id);
    points(member)
        .then()
        .body("balance", is(110))
        .body("expiring.points", is(List.of(10)))
        .body("expiring.at", is(List.of(soon.toString())));
    assertLedgerBalanced();
  }

  @Test
  void whatWasCapturedIsNotCancelledNorTheReverse() {
    String captured = hold(1).path("id");
    capture(captured);
    cancel(captured)
        .then()
        .statusCode(409)
        .contentType("application/problem+json")
        .body("type", is("/problems/redemption-over"));
    String cancelled = hold(1).path("id");
    cancel(cancelled);
    capture(cancelled).then().statusCode(409).body("type", is("/problems/redemption-over"));
    assertThat(balance(member)).isEqualTo(99);
  }

  @Test
  void aHoldNotCapturedInTimeIsReleasedByItself() {
    String id = hold(40).path("id");
    timeIsOver(id);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> get(id, TestTokens.store(store)).then().body("status", is("released")));
    assertThat(balance(member)).isEqualTo(100);
    cancel(id).then().statusCode(200).body("status", is("released"));
    assertLedgerBalanced();
  }

  @Test
  void aHoldWhoseTimeIsOverIsNotCapturedHoweverLateItsReleaseIs() {
    String id = hold(40).path("id");
    timeIsOver(id);
    capture(id).then().statusCode(409).body("type", is("/problems/redemption-over"));
  }

  @Test
  void aHoldWithinItsTimeIsNotReleased() {
    String id = hold(40).path("id");
    redemptions.releaseDue(Instant.now(), 1000);
    get(id, TestTokens.store(store)).then().body("status", is("held"));
  }

  @Test
  void releasesAreBounded() {
    for (int i = 0; i < 5; i++) {
      timeIsOver(hold(1).path("id"));
    }
    // The scheduled release may be faster, so no more than: in all it is each of them once.
    assertThat(redemptions.releaseDue(Instant.now(), 2)).isLessThanOrEqualTo(2);
    await().atMost(Duration.ofSeconds(30)).until(() -> balance(member) == 100);
    assertLedgerBalanced();
  }

  @Test
  void aHoldEndsOnceWhoeverIsFirst() throws Exception {
    for (int round = 0; round < 5; round++) {
      String id = hold(10).path("id");
      List<Callable<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        all.add(() -> capture(id).statusCode());
        all.add(() -> cancel(id).statusCode());
        all.add(() -> redemptions.releaseDue(Instant.now().plusSeconds(3600), 10));
      }
      long before = balance(member);
      atOnce(all);
      String status = get(id, TestTokens.store(store)).path("status");
      assertThat(status).isNotEqualTo("held");
      assertThat(balance(member)).isEqualTo(status.equals("captured") ? before : before + 10);
    }
    assertLedgerBalanced();
  }

  @Test
  void holdsAtOnceNeverExceedTheBalance() throws Exception {
    List<Integer> answers = atOnce(Collections.nCopies(8, () -> hold(30).statusCode()));
    assertThat(Collections.frequency(answers, 201)).isEqualTo(3);
    assertThat(answers).containsOnly(201, 422);
    assertThat(balance(member)).isEqualTo(10);
    assertLedgerBalanced();
  }

  @Test
  void theDatabaseRefusesToChangeWhatHasEnded() {
    String id = hold(40).path("id");
    capture(id);
    assertThatThrownBy(() ->
            database.update(
                "UPDATE redemption SET status = 1, ended_at = NULL WHERE id = ?",
                UUID.fromString(id)))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("ends once");
  }

  @Test
  void theStatementHasTheHoldAndItsReturn() {
    String id = hold(40).path("id");
    cancel(id);
    JsonPath lines =
        as(TestTokens.member(member)).get("/v1/members/{id}/points/entries", member).jsonPath();
    assertThat(lines.getList("items.type"))
        .containsExactly("redemption_released", "redemption", "purchase");
    assertThat(lines.getList("items.points")).containsExactly(40, -40, 100);
    assertThat(lines.getList("items.balanceAfter")).containsExactly(100, 60, 100);
  }

  @Test
  void isItsStoresAlone() {
    String id = hold(40).path("id");
    String other = TestTokens.store(newStore());
    for (String call : List.of("capture", "cancel")) {
      call(other, id, call).then().statusCode(404);
      call(TestTokens.member(member), id, call).then().statusCode(403);
      call(TestTokens.operator(), id, call).then().statusCode(403);
      call(TestTokens.store(store), UUID.randomUUID().toString(), call).then().statusCode(404);
      call(TestTokens.store(store), "x", call).then().statusCode(404);
    }
    for (String token :
        List.of(TestTokens.store(store), TestTokens.member(member), TestTokens.operator())) {
      get(id, token).then().statusCode(200).body("status", is("held"));
    }
    for (String token : List.of(other, TestTokens.member(newMember()))) {
      get(id, token).then().statusCode(404);
    }
  }

  @Test
  void isAskedForByStores() {
    for (String token : List.of(TestTokens.member(member), TestTokens.operator())) {
      post(token, "/v1/points/redemptions", "role", body(member, 1)).then().statusCode(403);
    }
  }

  @Test
  void isOfAMember() {
    post(TestTokens.store(store), "/v1/points/redemptions", "k", body(UUID.randomUUID(), 1))
        .then()
        .statusCode(400)
        .body("violations.field", is(List.of("memberId")));
  }

  @Test
  void theSameKeyHoldsOnce() {
    Response first = post(TestTokens.store(store), "/v1/points/redemptions", "k", body(member, 40));
    Response second =
        post(TestTokens.store(store), "/v1/points/redemptions", "k", body(member, 40));
    second.then().statusCode(201).header("Idempotent-Replayed", is("true"));
    assertThat(second.asString()).isEqualTo(first.asString());
    assertThat(balance(member)).isEqualTo(60);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "points": 5               | "points": 0          | points
          "points": 5               | "points": 5.5        | points
          "reference": "basket 7"   | "reference": ""      | reference
          "reference": "basket 7"   | "reference": null    | reference
          "reference"               | "ref"                | ref
          """)
  void whatIsWrongIsNamed(String right, String wrong, String field) {
    String body = body(member, 5);
    assertThat(body).contains(right);
    post(TestTokens.store(store), "/v1/points/redemptions", "w", body.replace(right, wrong))
        .then()
        .statusCode(400)
        .body("violations.field", hasItem(field));
    assertThat(balance(member)).isEqualTo(100);
  }

  private void timeIsOver(String id) {
    database.update(
        "UPDATE redemption SET held_until = ? WHERE id = ?",
        Instant.now().minusSeconds(1),
        UUID.fromString(id));
  }

  private Response hold(long points) {
    return post(
        TestTokens.store(store),
        "/v1/points/redemptions",
        UUID.randomUUID().toString(),
        body(member, points));
  }

  private Response capture(String id) {
    return call(TestTokens.store(store), id, "capture");
  }

  private Response cancel(String id) {
    return call(TestTokens.store(store), id, "cancel");
  }

  private static Response call(String token, String id, String call) {
    return as(token).post("/v1/points/redemptions/{id}/{call}", id, call);
  }

  private static Response get(String id, String token) {
    return as(token).get("/v1/points/redemptions/{id}", id);
  }

  private static String body(UUID member, long points) {
    return "{\"memberId\": \"%s\", \"points\": %d, \"reference\": \"basket 7\"}"
        .formatted(member, points);
  }
}
