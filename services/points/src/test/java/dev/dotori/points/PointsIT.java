package dev.dotori.points;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The main job on the packaged service: each kind of JSON, event, statement and script that it
 * takes has to be in the executable.
 */
@QuarkusIntegrationTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "points"))
@WithTestResource(RedisTestResource.class)
@WithTestResource(TokenTestResource.class)
@WithTestResource(PeerMembersService.class)
class PointsIT {

  PeerMembersService peer;

  @Test
  void aPurchaseIsDistributedToWhoeverShared() {
    UUID store = peer.addStore(PointsServiceTest.TERMS);
    UUID buyer = peer.addMember();
    UUID friend = peer.addMember();

    Response accepted = purchase(store, "it-1", buyer, 2933, friend);

    accepted.then().statusCode(202).body("distribution.points", is(List.of(147, 146)));
    purchase(store, "it-1", buyer, 2933, friend)
        .then()
        .statusCode(202)
        .header("Idempotent-Replayed", "true");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            as(TestTokens.operator())
                .get("/v1/purchases/{id}", accepted.<String>path("id"))
                .then()
                .body("status", is("distributed")));
    as(TestTokens.member(buyer))
        .get("/v1/members/{id}/points", buyer)
        .then()
        .statusCode(200)
        .body("balance", is(147));
    as(TestTokens.operator())
        .get("/v1/ledger/trial-balance")
        .then()
        .statusCode(200)
        .body("difference", is(0));
  }

  @Test
  void aRefusalIsAProblemThatNamesTheField() {
    Response refusal =
        purchase(peer.addStore(PointsServiceTest.TERMS), "it-2", peer.addMember(), -1);

    refusal
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("type", endsWith("invalid-request"))
        .body("violations.field", hasItem("amount.amount"));
  }

  @Test
  void whoHasNoTokenIsRefusedWithAProblem() {
    Response refusal = given().get("/v1/purchases/{id}", UUID.randomUUID());

    assertThat(refusal.statusCode()).isEqualTo(401);
    assertThat(refusal.contentType()).startsWith("application/problem+json");
  }

  private static RequestSpecification as(String token) {
    return given().auth().oauth2(token);
  }

  private static Response purchase(
      UUID store, String key, UUID buyer, long amount, UUID... sharedWith) {
    return as(TestTokens.store(store))
        .contentType("application/json")
        .header("Idempotency-Key", key)
        .body(PointsServiceTest.body(buyer, amount, key, sharedWith))
        .post("/v1/purchases");
  }
}
