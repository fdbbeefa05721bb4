package dev.dotori.points;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import dev.dotori.api.Ids;
import dev.dotori.events.PointsDistributed;
import dev.dotori.events.Portion;
import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import dev.dotori.outbox.Causation;
import dev.dotori.outbox.Caused;
import dev.dotori.points.database.Database;
import dev.dotori.points.ledger.Account;
import dev.dotori.points.ledger.Ledger;
import dev.dotori.points.ledger.Movement;
import dev.dotori.points.ledger.Posting;
import dev.dotori.points.ledger.TransactionType;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The points service with real servers, and the steps that its tests share. */
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "points"))
@WithTestResource(RedisTestResource.class)
@WithTestResource(TokenTestResource.class)
@WithTestResource(PeerMembersService.class)
public abstract class PointsServiceTest {

  /** One point per 10 minor units; 20 points per share, at most 60 a day. */
  protected static final String TERMS =
      """
      {"earnRate": "0.1", "minPurchase": 0, "expiryDays": null, "shareBonus": 20,
       "shareBonusDailyCap": 60, "maxParticipants": 5}
      """;

  protected PeerMembersService peer;

  @Inject protected Database database;

  @Inject protected Ledger ledger;

  protected UUID newStore() {
    return peer.addStore(TERMS);
  }

  protected UUID newMember() {
    return peer.addMember();
  }

  protected static RequestSpecification as(String token) {
    return given().auth().oauth2(token);
  }

  /** A purchase's body, shared with others by weight 1. */
  protected static String body(UUID buyer, long amount, String receiptNo, UUID... sharedWith) {
    List<String> sharers = new ArrayList<>();
    for (UUID sharer : sharedWith) {
      sharers.add("{\"memberId\": \"%s\"}".formatted(sharer));
    }
    return String.format(
        Locale.ROOT,
        """
        {"memberId": "%s", "amount": {"amount": %d, "currency": "USD"}, "receiptNo": "%s",
         "occurredAt": "2026-01-15T12:00:00Z", "sharedWith": [%s]}
        """,
        buyer,
        amount,
        receiptNo,
        String.join(",", sharers));
  }

  protected static Response post(UUID store, String key, String body) {
    return as(TestTokens.store(store))
        .contentType("application/json")
        .header("Idempotency-Key", key)
        .body(body)
        .post("/v1/purchases");
  }

  /** Records a purchase; its id. */
  protected static UUID record(UUID store, UUID buyer, long amount, UUID... sharedWith) {
    String receipt = UUID.randomUUID().toString();
    String id =
        post(store, receipt, body(buyer, amount, receipt, sharedWith))
            .then()
            .statusCode(202)
            .extract()
            .path("id");
    return UUID.fromString(id);
  }

  protected static void awaitDistributed(UUID purchase) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(() ->
            as(TestTokens.operator())
                .get("/v1/purchases/{id}", purchase)
                .then()
                .body("status", is("distributed")));
  }

  /** Points that a member has at once, of a purchase that tests make up; its transaction. */
  protected UUID earn(UUID member, long points, Instant expiresAt) {
    UUID transaction = Ids.next();
    UUID store = UUID.randomUUID();
    UUID purchase = UUID.randomUUID();
    Instant now = Instant.now();
    PointsDistributed announcement =
        new PointsDistributed(
            transaction,
            PointsDistributed.Reason.PURCHASE,
            store,
            purchase,
            null,
            points,
            List.of(new Portion(member, 1, points)),
            now);
    Posting posting =
        new Posting(
            transaction,
            TransactionType.PURCHASE,
            purchase,
            purchase,
            now,
            expiresAt,
            List.of(new Movement(Account.ofPurchases(store), Account.ofMember(member), points)),
            new Caused(announcement, new Causation(null, null)));
    QuarkusTransaction.requiringNew().run(() -> ledger.post(List.of(posting)));
    return transaction;
  }

  /** A member with so many points, that never expire. */
  protected UUID newMemberWith(long points) {
    UUID member = newMember();
    earn(member, points, null);
    return member;
  }

  /** Sends a request that needs a key. */
  protected static Response post(String token, String path, String key, String body) {
    return as(token)
        .contentType("application/json")
        .header("Idempotency-Key", key)
        .body(body)
        .post(path);
  }

  /** Makes calls on eight threads; their answers. */
  protected static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
    List<T> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<T> answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
    }
    return answers;
  }

  protected static Response points(UUID member) {
    return as(TestTokens.member(member)).get("/v1/members/{id}/points", member);
  }

  protected static long balance(UUID member) {
    return points(member).then().statusCode(200).extract().jsonPath().getLong("balance");
  }

  /**
   * All that the ledger keeps twice says the same: entries and balances, balances and lots, lots
   * and their uses; and no lot expires before its member is looked at.
   */
  protected void assertLedgerBalanced() {
    as(TestTokens.operator())
        .get("/v1/ledger/trial-balance")
        .then()
        .statusCode(200)
        .body("difference", is(0));
    for (String contradiction : CONTRADICTIONS) {
      assertThat(database.list(contradiction, row -> row.id(1))).as(contradiction).isEmpty();
    }
  }

  private static final List<String> CONTRADICTIONS =
      List.of(
          """
          SELECT b.member_id FROM balance b
            LEFT JOIN (SELECT member_id, SUM(remaining) AS points FROM lot GROUP BY member_id) l
              ON l.member_id = b.member_id
            WHERE b.points <> COALESCE(l.points, 0)
          """,
          """
          SELECT b.member_id FROM balance b
            LEFT JOIN (SELECT credit_account AS id, SUM(points) AS points FROM ledger_entry
                         WHERE credit_class = 1 GROUP BY credit_account) c ON c.id = b.member_id
            LEFT JOIN (SELECT debit_account AS id, SUM(points) AS points FROM ledger_entry
                         WHERE debit_class = 1 GROUP BY debit_account) d ON d.id = b.member_id
            WHERE b.points <> COALESCE(c.points, 0) - COALESCE(d.points, 0)
          """,
          """
          SELECT l.member_id FROM lot l
            LEFT JOIN (SELECT member_id, lot_transaction_id, lot_part, SUM(points) AS points
                         FROM lot_use GROUP BY member_id, lot_transaction_id, lot_part) u
              ON u.member_id = l.member_id AND u.lot_transaction_id = l.transaction_id
                AND u.lot_part = l.part
            WHERE l.remaining <> l.points - COALESCE(u.points, 0)
          """,
          """
          SELECT b.member_id FROM balance b JOIN lot l ON l.member_id = b.member_id
            WHERE l.remaining > 0 AND l.expires_at IS NOT NULL
              AND (b.next_expiry IS NULL OR b.next_expiry > l.expires_at)
          """);

  protected long count(String table) {
    return database.find("SELECT COUNT(*) FROM " + table, row -> row.number(1)).orElseThrow();
  }
}
