package dev.dotori.points.adjustment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;

import dev.dotori.local.test.TestTokens;
import dev.dotori.points.PointsServiceTest;
import dev.dotori.points.database.DatabaseException;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class AdjustmentTest extends PointsServiceTest {

  @Test
  void givesPointsThatNeverExpireAndDontCountAsEarned() {
    UUID member = newMember();
    adjust(member, 50)
        .then()
        .statusCode(201)
        .body("id", notNullValue())
        .body("memberId", is(member.toString()))
        .body("points", is(50))
        .body("reason", is("a lost receipt"))
        .body("operator", notNullValue());
    points(member)
        .then()
        .body("balance", is(50))
        .body("lifetimeEarned", is(0))
        .body("expiring", is(List.of()));
    assertLedgerBalanced();
  }

  @Test
  void takesPoints() {
    UUID member = newMemberWith(100);
    adjust(member, -30).then().statusCode(201).body("points", is(-30));
    points(member).then().body("balance", is(70)).body("lifetimeEarned", is(100));
    assertLedgerBalanced();
  }

  @Test
  void takesNoMoreThanThereIs() {
    UUID member = newMemberWith(100);
    adjust(member, -101).then().statusCode(422).body("type", is("/problems/insufficient-points"));
    assertThat(balance(member)).isEqualTo(100);
    adjust(member, -100).then().statusCode(201);
    assertThat(balance(member)).isZero();
  }

  @Test
  void theReasonIsKeptAndToldToTheMember() {
    UUID member = newMember();
    String id = adjust(member, 50).path("id");
    assertThat(
            database.find(
                "SELECT reason FROM adjustment WHERE id = ?",
                row -> row.text(1),
                UUID.fromString(id)))
        .contains("a lost receipt");
    as(TestTokens.member(member))
        .get("/v1/members/{id}/points/entries", member)
        .then()
        .body("items[0].type", is("adjustment"))
        .body("items[0].points", is(50))
        .body("items[0].reason", is("a lost receipt"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE adjustment SET reason = 'another' WHERE id = ?",
        "DELETE FROM adjustment WHERE id = ?"
      })
  void theDatabaseRefusesToChangeIt(String statement) {
    String id = adjust(newMember(), 50).path("id");
    assertThatThrownBy(() -> database.update(statement, UUID.fromString(id)))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("immutable");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "points": 50                 | "points": 0                     | points
          "points": 50                 | "points": 1000000000000001      | points
          "points": 50                 | "points": -1000000000000001     | points
          "points": 50                 | "points": 1.5                   | points
          "reason": "a lost receipt"   | "reason": ""                    | reason
          "reason": "a lost receipt"   | "reason": " "                   | reason
          "reason": "a lost receipt"   | "reason": null                  | reason
          "reason"                     | "because"                       | because
          """)
  void whatIsWrongIsNamed(String right, String wrong, String field) {
    UUID member = newMember();
    String body = body(member, 50);
    assertThat(body).contains(right);
    post(TestTokens.operator(), "/v1/points/adjustments", key(), body.replace(right, wrong))
        .then()
        .statusCode(400)
        .body("violations.field", hasItem(field));
    assertThat(balance(member)).isZero();
  }

  @Test
  void isOfAMember() {
    adjust(UUID.randomUUID(), 1)
        .then()
        .statusCode(400)
        .body("violations.field", is(List.of("memberId")));
  }

  @Test
  void isForOperators() {
    UUID member = newMember();
    for (String token : List.of(TestTokens.member(member), TestTokens.store(newStore()))) {
      post(token, "/v1/points/adjustments", key(), body(member, 1)).then().statusCode(403);
    }
    assertThat(balance(member)).isZero();
  }

  @Test
  void theSameKeyAdjustsOnce() {
    UUID member = newMember();
    String key = key();
    for (int i = 0; i < 2; i++) {
      post(TestTokens.operator(), "/v1/points/adjustments", key, body(member, 5))
          .then()
          .statusCode(201);
    }
    assertThat(balance(member)).isEqualTo(5);
    as(TestTokens.operator())
        .contentType("application/json")
        .body(body(member, 5))
        .post("/v1/points/adjustments")
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("Idempotency-Key"));
  }

  private static Response adjust(UUID member, long points) {
    return post(TestTokens.operator(), "/v1/points/adjustments", key(), body(member, points));
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }

  private static String body(UUID member, long points) {
    return "{\"memberId\": \"%s\", \"points\": %d, \"reason\": \"a lost receipt\"}"
        .formatted(member, points);
  }
}
