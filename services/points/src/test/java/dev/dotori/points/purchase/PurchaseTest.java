package dev.dotori.points.purchase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.dotori.local.test.TestTokens;
import dev.dotori.points.PointsServiceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class PurchaseTest extends PointsServiceTest {

  @AfterEach
  void theMembersServiceAnswersAgain() {
    peer.failing(false);
  }

  @Test
  void isAcceptedWithItsSplitAndDistributedSoonAfter() {
    UUID store = newStore();
    UUID buyer = newMember();
    UUID friend = newMember();

    Response answer = post(store, "key-1", body(buyer, 2933, "R-1", friend));

    String id = answer.path("id");
    answer
        .then()
        .statusCode(202)
        .header("Location", is("/v1/purchases/" + id))
        .body("status", is("pending"))
        .body("storeId", is(store.toString()))
        .body("memberId", is(buyer.toString()))
        .body("amount.amount", is(2933))
        .body("amount.currency", is("USD"))
        .body("receiptNo", is("R-1"))
        .body("occurredAt", is("2026-01-15T12:00:00Z"))
        .body("earned", is(293))
        .body("distribution.memberId", is(List.of(buyer.toString(), friend.toString())))
        .body("distribution.points", is(List.of(147, 146)));
    awaitDistributed(UUID.fromString(id));
    assertThat(balance(buyer)).isEqualTo(147);
    assertThat(balance(friend)).isEqualTo(146);
    assertLedgerBalanced();
  }

  @Test
  void weightsDecideTheSplit() {
    UUID buyer = newMember();
    UUID friend = newMember();
    String body =
        """
        {"memberId": "%s", "amount": {"amount": 1000, "currency": "USD"}, "receiptNo": "W-1",
         "occurredAt": "2026-01-15T12:00:00Z", "buyerWeight": 3,
         "sharedWith": [{"memberId": "%s", "weight": 7}]}
        """
            .formatted(buyer, friend);
    post(newStore(), "key-w", body)
        .then()
        .statusCode(202)
        .body("distribution.points", is(List.of(30, 70)));
  }

  @Test
  void ofNothingEarnsNothingAndIsDistributedAllTheSame() {
    UUID buyer = newMember();
    UUID purchase = record(newStore(), buyer, 0);
    awaitDistributed(purchase);
    assertThat(balance(buyer)).isZero();
  }

  @Test
  void belowTheMinimumIsRecordedAndEarnsNothing() {
    UUID store = peer.addStore(TERMS.replace("\"minPurchase\": 0", "\"minPurchase\": 500"));
    post(store, "min", body(newMember(), 499, "M-1")).then().statusCode(202).body("earned", is(0));
    post(store, "min2", body(newMember(), 500, "M-2")).then().body("earned", is(50));
  }

  @Test
  void theSameKeyAndRequestGetTheFirstAnswerAgain() {
    UUID store = newStore();
    String body = body(newMember(), 1000, "R-replayed");
    Response first = post(store, "same-key", body);
    Response second = post(store, "same-key", body);
    second.then().statusCode(202).header("Idempotent-Replayed", is("true"));
    assertThat(second.asString()).isEqualTo(first.asString());
    assertThat(second.header("Location")).isEqualTo(first.header("Location"));
  }

  @Test
  void theSameKeyForAnotherRequestIsRefused() {
    UUID store = newStore();
    UUID buyer = newMember();
    post(store, "reused", body(buyer, 1000, "R-a")).then().statusCode(202);
    post(store, "reused", body(buyer, 1001, "R-b")).then().statusCode(422);
  }

  @Test
  void needsAKey() {
    as(TestTokens.store(newStore()))
        .contentType("application/json")
        .body(body(newMember(), 1000, "R-keyless"))
        .post("/v1/purchases")
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("Idempotency-Key"));
  }

  @Test
  void aReceiptIsOnePurchaseOfItsStore() {
    UUID store = newStore();
    UUID buyer = newMember();
    String id = post(store, "r1", body(buyer, 1000, "R-twice")).path("id");
    post(store, "r2", body(buyer, 2000, "R-twice"))
        .then()
        .statusCode(409)
        .contentType("application/problem+json")
        .body("type", is("/problems/receipt-already-recorded"))
        .body("detail", containsString(id));
    post(newStore(), "r3", body(buyer, 2000, "R-twice")).then().statusCode(202);
  }

  @Test
  void aReceiptSentByManyTillsAtOnceIsOnePurchase() throws Exception {
    UUID store = newStore();
    UUID buyer = newMember();
    post(store, "warm-up", body(buyer, 1, "R-warm-up")).then().statusCode(202);
    Callable<Integer> till =
        () -> post(store, UUID.randomUUID().toString(), body(buyer, 1000, "R-race")).statusCode();
    try (ExecutorService tills = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> answers = tills.invokeAll(java.util.Collections.nCopies(8, till));
      List<Integer> statuses = new java.util.ArrayList<>();
      for (Future<Integer> answer : answers) {
        statuses.add(answer.get());
      }
      assertThat(statuses).containsOnlyOnce(202).containsOnly(202, 409);
    }
    assertThat(
            database.list("SELECT id FROM purchase WHERE receipt_no = 'R-race'", row -> row.id(1)))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "amount": 2933                 | "amount": -1                     | amount.amount
          "amount": 2933                 | "amount": null                   | amount.amount
          "amount": 2933                 | "amount": "2933"                 | amount.amount
          "amount": 2933                 | "amount": 29.33                  | amount.amount
          "amount": 2933                 | "amount": 1000000000001          | amount.amount
          "amount": 2933                 | "amount": 99999999999999999999   | amount.amount
          "USD"                          | "usd"                            | amount.currency
          "USD"                          | "EUR"                            | amount.currency
          "R-bad"                        | ""                               | receiptNo
          "R-bad"                        | " R"                             | receiptNo
          "R-bad"                        | "R\\u0000"                       | receiptNo
          "receiptNo": "R-bad",          | _                                | receiptNo
          2026-01-15T12:00:00Z           | 2999-01-15T12:00:00Z             | occurredAt
          2026-01-15T12:00:00Z           | 1969-12-31T23:59:59Z             | occurredAt
          2026-01-15T12:00:00Z           | yesterday                        | occurredAt
          "sharedWith"                   | "shareWith"                      | shareWith
          "sharedWith"                   | "buyerWeight": 0, "sharedWith"   | buyerWeight
          "sharedWith"                   | "buyerWeight": 1001, "sharedWith"| buyerWeight
          "sharedWith": [                | "sharedWith": [null,             | sharedWith[0]
          """)
  void whatIsWrongIsNamed(String right, String wrong, String field) {
    String replacement = wrong.equals("_") ? "" : wrong;
    String body = body(newMember(), 2933, "R-bad", newMember());
    assertThat(body).contains(right);
    long before = count("purchase");
    post(newStore(), UUID.randomUUID().toString(), body.replace(right, replacement))
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("violations.field", hasItem(field));
    assertThat(count("purchase")).isEqualTo(before);
  }

  @Test
  void aReceiptNumberHasItsLimit() {
    UUID store = newStore();
    UUID buyer = newMember();
    post(store, "l1", body(buyer, 1, "9".repeat(100))).then().statusCode(202);
    post(store, "l2", body(buyer, 1, "9".repeat(101)))
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("receiptNo"));
  }

  @Test
  void aParticipantTwiceIsNamed() {
    UUID buyer = newMember();
    UUID friend = newMember();
    post(newStore(), "twice", body(buyer, 1000, "R-p", friend, friend))
        .then()
        .statusCode(400)
        .body("violations.field", is(List.of("sharedWith[1].memberId")));
    post(newStore(), "twice", body(buyer, 1000, "R-p", friend, buyer))
        .then()
        .statusCode(400)
        .body("violations.field", is(List.of("sharedWith[1].memberId")));
  }

  @Test
  void moreParticipantsThanTheProgramAllowsAreRefused() {
    UUID[] four = {newMember(), newMember(), newMember(), newMember()};
    UUID[] five = {newMember(), newMember(), newMember(), newMember(), newMember()};
    UUID store = newStore();
    post(store, "four", body(newMember(), 1000, "R-4", four)).then().statusCode(202);
    post(store, "five", body(newMember(), 1000, "R-5", five))
        .then()
        .statusCode(400)
        .body("violations.field", is(List.of("sharedWith")));
  }

  @Test
  void earningMoreThanALedgerCanHoldIsRefused() {
    UUID store = peer.addStore(TERMS.replace("\"0.1\"", "\"1001\""));
    post(store, "huge", body(newMember(), 1_000_000_000_000L, "R-huge"))
        .then()
        .statusCode(400)
        .body("violations.field", is(List.of("amount.amount")));
  }

  @Test
  void someoneWhoIsNoMemberIsNamed() {
    post(
            newStore(),
            "nobody",
            body(newMember(), 1000, "R-n", newMember(), newMember(), UUID.randomUUID()))
        .then()
        .statusCode(400)
        .body("violations.field", is(List.of("sharedWith[2].memberId")));
  }

  @Test
  void aMemberIsAskedForOnce() {
    UUID store = newStore();
    UUID buyer = newMember();
    record(store, buyer, 1000);
    int before = peer.questions();
    record(store, buyer, 1000);
    assertThat(peer.questions()).isEqualTo(before);
  }

  @Test
  void whenTheMembersServiceIsAwayWhatIsKnownStillWorks() {
    UUID store = newStore();
    UUID buyer = newMember();
    record(store, buyer, 1000);

    peer.failing(true);

    record(store, buyer, 1000);
    post(store, "unknown", body(newMember(), 1000, "R-unknown"))
        .then()
        .statusCode(503)
        .header("Retry-After", notNullValue())
        .contentType("application/problem+json");
  }

  @Test
  void aRefusedRequestMaySendItsKeyAgain() {
    UUID store = newStore();
    UUID buyer = newMember();
    record(store, buyer, 1000);
    String body = body(newMember(), 1000, "R-again");
    peer.failing(true);
    post(store, "again", body).then().statusCode(503);
    peer.failing(false);
    post(store, "again", body).then().statusCode(202).header("Idempotent-Replayed", nullValue());
  }

  @Test
  void onlyStoresRecord() {
    UUID member = newMember();
    for (String token : List.of(TestTokens.member(member), TestTokens.operator())) {
      as(token)
          .contentType("application/json")
          .header("Idempotency-Key", "k")
          .body(body(member, 1000, "R-role"))
          .post("/v1/purchases")
          .then()
          .statusCode(403);
    }
    post(UUID.randomUUID(), "k", body(member, 1000, "R-no-store")).then().statusCode(403);
  }

  @Test
  void aTokenThatDoesNotHoldIsRefused() {
    UUID id = record(newStore(), newMember(), 1000);
    for (String token :
        List.of(
            TestTokens.expired(id),
            TestTokens.ofAnotherIssuer(id),
            TestTokens.forAnotherAudience(id),
            TestTokens.unsigned(id),
            "not-a-token")) {
      as(token)
          .get("/v1/purchases/{id}", id)
          .then()
          .statusCode(401)
          .contentType("application/problem+json");
    }
  }

  @Test
  void isSeenByItsStoreItsParticipantsAndOperatorsAlone() {
    UUID store = newStore();
    UUID buyer = newMember();
    UUID friend = newMember();
    UUID purchase = record(store, buyer, 1000, friend);
    for (String token :
        List.of(
            TestTokens.store(store),
            TestTokens.member(buyer),
            TestTokens.member(friend),
            TestTokens.operator())) {
      as(token).get("/v1/purchases/{id}", purchase).then().statusCode(200);
    }
    for (String token : List.of(TestTokens.store(newStore()), TestTokens.member(newMember()))) {
      as(token).get("/v1/purchases/{id}", purchase).then().statusCode(404);
    }
    as(TestTokens.operator()).get("/v1/purchases/{id}", UUID.randomUUID()).then().statusCode(404);
    as(TestTokens.operator()).get("/v1/purchases/not-an-id").then().statusCode(404);
  }

  @Test
  void theHistoryHasWhatOneMadeAndSharedNewestFirst() {
    UUID store = newStore();
    UUID member = newMember();
    UUID friend = newMember();
    UUID first = record(store, member, 100);
    UUID second = record(store, friend, 200, member);
    UUID third = record(store, member, 300);
    record(store, friend, 400);

    Response page = as(TestTokens.member(member)).get("/v1/members/{id}/purchases?limit=2", member);
    page.then()
        .statusCode(200)
        .body("items.id", is(List.of(third.toString(), second.toString())))
        .body("items[1].distribution", hasSize(2));
    as(TestTokens.member(member))
        .get("/v1/members/{id}/purchases?limit=2&cursor={next}", member, page.path("next"))
        .then()
        .body("items.id", is(List.of(first.toString())))
        .body("next", nullValue());
    as(TestTokens.member(friend)).get("/v1/members/{id}/purchases", member).then().statusCode(404);
  }

  @Test
  void aPreviewSaysWhatWouldBeEarnedAndWritesNothing() {
    UUID store = newStore();
    UUID buyer = newMember();
    UUID friend = newMember();
    record(store, buyer, 1);
    long purchases = count("purchase");
    // Of its own type: the purchase before is still being distributed, which says something too.
    String recorded = "outbox WHERE type = 'purchase.recorded.v1'";
    long events = count(recorded);
    as(TestTokens.store(store))
        .contentType("application/json")
        .body(body(buyer, 2933, "R-preview", friend))
        .post("/v1/points/preview")
        .then()
        .statusCode(200)
        .body("earned", is(293))
        .body("distribution.memberId", is(List.of(buyer.toString(), friend.toString())))
        .body("distribution.points", is(List.of(147, 146)));
    assertThat(count("purchase")).isEqualTo(purchases);
    assertThat(count(recorded)).isEqualTo(events);
  }

  @Test
  void aPreviewIsRefusedAsThePurchaseWouldBeAndIsForStores() {
    UUID buyer = newMember();
    String body = body(buyer, 1000, "R-preview");
    preview(TestTokens.store(newStore()), body.replace("USD", "EUR"))
        .then()
        .statusCode(400)
        .body("violations.field", is(List.of("amount.currency")));
    preview(TestTokens.store(newStore()), body(UUID.randomUUID(), 1000, "R-preview"))
        .then()
        .statusCode(400)
        .body("violations.field", is(List.of("memberId")));
    for (String token : List.of(TestTokens.member(buyer), TestTokens.operator())) {
      preview(token, body).then().statusCode(403);
    }
  }

  private static Response preview(String token, String body) {
    return as(token).contentType("application/json").body(body).post("/v1/points/preview");
  }

  @Test
  void aTillsClockMayBeAheadALittle() {
    String body =
        body(newMember(), 1000, "R-clock")
            .replace("2026-01-15T12:00:00Z", Instant.now().plusSeconds(600).toString());
    post(newStore(), "clock", body).then().statusCode(202);
  }
}
