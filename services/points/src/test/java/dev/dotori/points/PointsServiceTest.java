package dev.dotori.points;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import dev.dotori.points.database.Database;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

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

  protected static Response points(UUID member) {
    return as(TestTokens.member(member)).get("/v1/members/{id}/points", member);
  }

  protected static long balance(UUID member) {
    return points(member).then().statusCode(200).extract().jsonPath().getLong("balance");
  }

  protected static void assertLedgerBalanced() {
    as(TestTokens.operator())
        .get("/v1/ledger/trial-balance")
        .then()
        .statusCode(200)
        .body("difference", is(0));
  }

  protected long count(String table) {
    return database.find("SELECT COUNT(*) FROM " + table, row -> row.number(1)).orElseThrow();
  }
}
