package dev.dotori.points.refund;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class RefundTest extends PointsServiceTest {

  private UUID store;
  private UUID buyer;
  private UUID friend;

  @BeforeEach
  void aStoreAndTwoFriends() {
    store = newStore();
    buyer = newMember();
    friend = newMember();
  }

  @Test
  void ofTheWholeTakesAllPointsBack() {
    UUID purchase = distributed(2933);

    refund(purchase, 2933)
        .then()
        .statusCode(202)
        .header("Location", is("/v1/purchases/" + purchase))
        .body("id", notNullValue())
        .body("purchaseId", is(purchase.toString()))
        .body("amount.amount", is(2933))
        .body("amount.currency", is("USD"))
        .body("reason", is("returned"))
        .body("points", is(293))
        .body("takenBack.memberId", is(List.of(buyer.toString(), friend.toString())))
        .body("takenBack.points", is(List.of(147, 146)));

    assertThat(status(purchase)).isEqualTo("refunded");
    for (UUID member : List.of(buyer, friend)) {
      points(member)
          .then()
          .body("balance", is(0))
          .body("owed", is(0))
          .body("lifetimeEarned", is(0));
    }
    assertLedgerBalanced();
  }

  @Test
  void ofAPartTakesItsProportion() {
    UUID purchase = distributed(1000);
    refund(purchase, 250).then().statusCode(202).body("takenBack.points", is(List.of(13, 12)));
    assertThat(status(purchase)).isEqualTo("partially_refunded");
    assertThat(balance(buyer)).isEqualTo(37);
    assertThat(balance(friend)).isEqualTo(38);
  }

  @Test
  void byPartsTakesExactlyAllAndNoPointMore() {
    UUID purchase = distributed(1009);
    int left = 1009;
    for (int part : new int[] {1, 7, 333, 1, 600}) {
      refund(purchase, part).then().statusCode(202);
      left -= part;
    }
    refund(purchase, left).then().statusCode(202);
    assertThat(status(purchase)).isEqualTo("refunded");
    assertThat(balance(buyer)).isZero();
    assertThat(balance(friend)).isZero();
    refund(purchase, 1)
        .then()
        .statusCode(422)
        .contentType("application/problem+json")
        .body("type", is("/problems/refund-exceeds-purchase"));
    assertLedgerBalanced();
  }

  @Test
  void ofMoreThanIsLeftIsRefusedAndTakesNothing() {
    UUID purchase = distributed(1000);
    refund(purchase, 600);
    refund(purchase, 401).then().statusCode(422);
    assertThat(status(purchase)).isEqualTo("partially_refunded");
    assertThat(balance(buyer) + balance(friend)).isEqualTo(40);
  }

  @Test
  void pointsThatAreSpentAreOwedAndTheNextOnesPayThem() {
    UUID purchase = distributed(1000);
    post(
            TestTokens.member(buyer),
            "/v1/points/transfers",
            "spend",
            "{\"toMemberId\": \"%s\", \"points\": 40}".formatted(newMember()))
        .then()
        .statusCode(201);

    refund(purchase, 1000).then().statusCode(202).body("takenBack.points", is(List.of(50, 50)));

    points(buyer).then().body("balance", is(0)).body("owed", is(40)).body("lifetimeEarned", is(0));
    assertLedgerBalanced();
    earn(buyer, 25, null);
    points(buyer).then().body("balance", is(0)).body("owed", is(15));
    earn(buyer, 25, null);
    points(buyer).then().body("balance", is(10)).body("owed", is(0));
    // Whatever uses points pays first what is owed.
    transfer(buyer, 11).then().statusCode(422);
    transfer(buyer, 10).then().statusCode(201);
    points(buyer).then().body("balance", is(0)).body("owed", is(0));
    assertThat(count("debt WHERE member_id = x'" + hex(buyer) + "'")).isZero();
    assertLedgerBalanced();
  }

  @Test
  void takesThePurchasesOwnPointsBeforeOthers() {
    UUID purchase = distributed(1000);
    Instant soon = Instant.now().plusSeconds(86_400);
    earn(buyer, 30, soon);
    refund(purchase, 1000);
    points(buyer).then().body("balance", is(30)).body("expiring.points", is(List.of(30)));
  }

  @Test
  void doesNotTakePointsAgainThatExpired() {
    UUID purchase = distributed(1000);
    earn(buyer, 30, null);
    Instant yesterday = Instant.now().minusSeconds(86_400);
    database.update(
        "UPDATE lot SET expires_at = ? WHERE member_id = ? AND points = 50", yesterday, buyer);
    database.update("UPDATE balance SET next_expiry = ? WHERE member_id = ?", yesterday, buyer);
    points(buyer).then().body("balance", is(30));
    for (int part : new int[] {600, 400}) {
      refund(purchase, part).then().statusCode(202);
      points(buyer).then().body("balance", is(30)).body("owed", is(0));
    }
    points(buyer).then().body("lifetimeEarned", is(30));
    assertThat(
            as(TestTokens.operator())
                .get("/v1/members/{id}/points?at={at}", buyer, Instant.now().toString())
                .jsonPath()
                .getLong("lifetimeEarned"))
        .isEqualTo(30);
    assertLedgerBalanced();
  }

  @Test
  void beforeItIsDistributedDistributesItFirst() {
    // The event of this one never comes: what it would do is done by the refund.
    UUID purchase = record(store, buyer, 1000, friend);
    refund(purchase, 400).then().statusCode(202).body("points", is(40));
    assertThat(balance(buyer) + balance(friend)).isEqualTo(60);
    points(buyer).then().body("pending", is(0));
    assertThat(status(purchase)).isEqualTo("partially_refunded");
    assertThat(count("ledger_transaction WHERE reference = x'" + hex(purchase) + "'")).isEqualTo(1);
    assertLedgerBalanced();
  }

  @Test
  void racingTheDistributionPostsEachOnce() throws Exception {
    List<UUID> purchases =
        atOnce(
            Collections.nCopies(
                20,
                () -> {
                  UUID purchase = record(store, buyer, 100, friend);
                  refundUntilTaken(purchase, 100);
                  return purchase;
                }));
    assertThat(purchases)
        .hasSize(20)
        .allSatisfy(it -> assertThat(status(it)).isEqualTo("refunded"));
    assertThat(balance(buyer) + balance(friend)).isZero();
    assertLedgerBalanced();
  }

  @Test
  void manyAtOnceNeverTakeMoreThanWasEarned() throws Exception {
    UUID purchase = distributed(1000);
    List<Integer> answers =
        atOnce(Collections.nCopies(16, () -> refund(purchase, 130).statusCode()));
    assertThat(answers).containsOnly(202, 422);
    assertThat(Collections.frequency(answers, 202)).isEqualTo(7);
    assertThat(balance(buyer) + balance(friend)).isEqualTo(9);
    assertLedgerBalanced();
  }

  @Test
  void ofAPurchaseThatEarnedNothingTakesNothing() {
    UUID purchase = record(store, buyer, 5);
    refund(purchase, 5).then().statusCode(202).body("points", is(0));
    assertThat(status(purchase)).isEqualTo("refunded");
    UUID ofNothing = record(store, buyer, 0);
    refund(ofNothing, 1).then().statusCode(422);
  }

  @Test
  void isSaidWithWhoGaveWhat() {
    UUID purchase = distributed(1000);
    String id = refund(purchase, 500).path("id");
    List<String> said =
        database.list(
            "SELECT CONVERT(data USING utf8mb4) FROM outbox"
                + " WHERE type = 'points.refunded.v1' AND subject = ?",
            row -> row.text(1),
            id);
    assertThat(said).hasSize(1);
    JsonPath event = new JsonPath(said.getFirst());
    assertThat(event.getInt("points")).isEqualTo(50);
    assertThat(event.getInt("amount.amount")).isEqualTo(500);
    assertThat(event.getList("takenBack.points")).containsExactly(25, 25);
  }

  @Test
  void standsInTheStatementsWithItsReason() {
    UUID purchase = distributed(1000);
    refund(purchase, 500);
    as(TestTokens.member(friend))
        .get("/v1/members/{id}/points/entries", friend)
        .then()
        .body("items.type", is(List.of("refund", "purchase")))
        .body("items.points", is(List.of(-25, 50)))
        .body("items.balanceAfter", is(List.of(25, 50)))
        .body("items[0].purchaseId", is(purchase.toString()))
        .body("items[0].reason", is("returned"));
  }

  @Test
  void theReasonMayBeAbsent() {
    UUID purchase = distributed(1000);
    post(
            TestTokens.store(store),
            path(purchase),
            "k",
            "{\"amount\": {\"amount\": 10, \"currency\": \"USD\"}}")
        .then()
        .statusCode(202)
        .body("reason", nullValue());
  }

  @Test
  void theSameKeyRefundsOnce() {
    UUID purchase = distributed(1000);
    Response first = post(TestTokens.store(store), path(purchase), "once", body(100));
    Response second = post(TestTokens.store(store), path(purchase), "once", body(100));
    second.then().statusCode(202).header("Idempotent-Replayed", is("true"));
    assertThat(second.asString()).isEqualTo(first.asString());
    assertThat(balance(buyer) + balance(friend)).isEqualTo(90);
    as(TestTokens.store(store))
        .contentType("application/json")
        .body(body(100))
        .post(path(purchase))
        .then()
        .statusCode(400);
  }

  @Test
  void isForThePurchasesStoreAlone() {
    UUID purchase = distributed(1000);
    post(TestTokens.store(newStore()), path(purchase), "k", body(1)).then().statusCode(404);
    post(TestTokens.store(store), path(UUID.randomUUID()), "k", body(1)).then().statusCode(404);
    post(TestTokens.store(store), "/v1/purchases/x/refunds", "k", body(1)).then().statusCode(404);
    for (String token : List.of(TestTokens.member(buyer), TestTokens.operator())) {
      post(token, path(purchase), "k", body(1)).then().statusCode(403);
    }
    assertThat(status(purchase)).isEqualTo("distributed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "amount": 100              | "amount": 0          | amount.amount
          "amount": 100              | "amount": -1         | amount.amount
          "amount": 100              | "amount": 1.5        | amount.amount
          "USD"                      | "EUR"                | amount.currency
          "returned"                 | ""                   | reason
          "reason"                   | "why"                | why
          """)
  void whatIsWrongIsNamed(String right, String wrong, String field) {
    UUID purchase = distributed(1000);
    String body = body(100);
    assertThat(body).contains(right);
    post(TestTokens.store(store), path(purchase), "w", body.replace(right, wrong))
        .then()
        .statusCode(400)
        .body("violations.field", hasItem(field));
    assertThat(status(purchase)).isEqualTo("distributed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE refunded_purchase SET refunded = amount + 1 WHERE purchase_id = ?",
        "UPDATE refunded_purchase SET taken_back = earned + 1 WHERE purchase_id = ?",
        "UPDATE refunded_purchase SET refunded = amount WHERE purchase_id = ?",
        "UPDATE refunded_portion SET taken_back = points + 1 WHERE purchase_id = ?",
        "UPDATE refund SET points = 0 WHERE purchase_id = ?",
        "DELETE FROM refund WHERE purchase_id = ?"
      })
  void theDatabaseItselfRefusesToTakeTooMuchOrToForget(String statement) {
    UUID purchase = distributed(1000);
    refund(purchase, 100);
    assertThatThrownBy(() -> database.update(statement, purchase))
        .isInstanceOf(DatabaseException.class);
  }

  /** A purchase of the two, once its points are posted. */
  private UUID distributed(long amount) {
    UUID purchase = record(store, buyer, amount, friend);
    awaitDistributed(purchase);
    return purchase;
  }

  private static String status(UUID purchase) {
    return as(TestTokens.operator()).get("/v1/purchases/{id}", purchase).path("status");
  }

  private Response transfer(UUID from, long points) {
    return post(
        TestTokens.member(from),
        "/v1/points/transfers",
        UUID.randomUUID().toString(),
        "{\"toMemberId\": \"%s\", \"points\": %d}".formatted(friend, points));
  }

  private Response refund(UUID purchase, long amount) {
    return post(
        TestTokens.store(store), path(purchase), UUID.randomUUID().toString(), body(amount));
  }

  /** As a client does that is told to send it again. */
  private void refundUntilTaken(UUID purchase, long amount) {
    int status = 503;
    for (int attempt = 0; attempt < 10 && status == 503; attempt++) {
      status = refund(purchase, amount).statusCode();
    }
    assertThat(status).isEqualTo(202);
  }

  private static String path(UUID purchase) {
    return "/v1/purchases/" + purchase + "/refunds";
  }

  private static String body(long amount) {
    return "{\"amount\": {\"amount\": %d, \"currency\": \"USD\"}, \"reason\": \"returned\"}"
        .formatted(amount);
  }

  private static String hex(UUID id) {
    return id.toString().replace("-", "");
  }
}
