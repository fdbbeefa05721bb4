package dev.dotori.posting.post;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.dotori.events.MemberClosed;
import dev.dotori.local.test.TestTokens;
import dev.dotori.posting.PostingServiceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Comments and likes. */
@QuarkusTest
class ReactionsTest extends PostingServiceTest {

  private final UUID friendId = UUID.randomUUID();
  private final String friend = TestTokens.member(friendId);

  @Test
  void aCommentIsMadeOnceHoweverOftenItIsSent() {
    UUID id = written("text", "Look");
    String key = newKey();

    String first = comment(id, friend, "Nice", key).statusCode(201).extract().asString();
    comment(id, friend, "Nice", key).statusCode(201).header("Idempotent-Replayed", "true");

    JsonPath comments = comments(id, token()).then().statusCode(200).extract().jsonPath();
    assertThat(comments.<String>getList("items.text")).containsExactly("Nice");
    assertThat(comments.getString("items[0].authorId")).isEqualTo(friendId.toString());
    assertThat(new JsonPath(first).getString("id")).isEqualTo(comments.getString("items[0].id"));
    get(id, token()).then().body("comments", equalTo(1));
  }

  @Test
  void commentsComeInPagesTheNewestFirst() {
    UUID id = written("text", "Look");
    for (int i = 1; i <= 3; i++) {
      comment(id, friend, "comment " + i, newKey()).statusCode(201);
    }

    JsonPath first = comments(id, friend, "?limit=2").jsonPath();
    JsonPath second = comments(id, friend, "?limit=2&cursor=" + first.getString("next")).jsonPath();

    assertThat(first.<String>getList("items.text")).containsExactly("comment 3", "comment 2");
    assertThat(second.<String>getList("items.text")).containsExactly("comment 1");
    assertThat(second.getString("next")).isNull();
  }

  @Test
  void aBadCommentIsNamed() {
    UUID id = written("text", "Look");

    comment(id, friend, " ", newKey()).statusCode(400).body("violations.field", hasItem("text"));
    comment(id, friend, "x".repeat(2001), newKey())
        .statusCode(400)
        .body("violations.field", hasItem("text"));
    comment(id, friend, "🍜".repeat(2000), newKey()).statusCode(201);
  }

  @Test
  void aLikeCountsOnceAndCanBeTakenBack() {
    UUID id = written("text", "Look");

    like(id, friend).then().statusCode(204);
    like(id, friend).then().statusCode(204);
    like(id, stranger).then().statusCode(204);
    get(id, friend).then().body("likes", equalTo(2)).body("liked", equalTo(true));
    get(id, token()).then().body("liked", equalTo(false));

    unlike(id, friend).then().statusCode(204);
    unlike(id, friend).then().statusCode(204);
    get(id, friend).then().body("likes", equalTo(1)).body("liked", equalTo(false));
  }

  @Test
  void likesAndCommentsAreCountedApart() {
    UUID id = written("text", "Look");
    like(id, friend);
    like(id, stranger);
    for (int i = 0; i < 3; i++) {
      comment(id, friend, "again", newKey()).statusCode(201);
    }

    get(id, token()).then().body("likes", equalTo(2)).body("comments", equalTo(3));
  }

  @Test
  void toAPostThatIsNotSeenNothingIsSaid() {
    UUID secret = written("text", "Secret", "visibility", "private");

    comment(secret, friend, "What?", newKey()).statusCode(404);
    comments(secret, friend).then().statusCode(404);
    like(secret, friend).then().statusCode(404);
    unlike(secret, friend).then().statusCode(404);
    like(UUID.randomUUID(), friend).then().statusCode(404);
  }

  @Test
  void aMemberWhoLeavesTakesTheirCommentsAndLikesAlong() {
    UUID id = written("text", "Look");
    like(id, friend);
    comment(id, friend, "Bye", newKey()).statusCode(201);

    say(new MemberClosed(friendId, Instant.now()));

    await().until(() -> get(id, token()).jsonPath().getInt("likes") == 0);
    get(id, token()).then().body("comments", equalTo(0));
    like(id, friend).then().statusCode(404);
  }

  @Test
  void aDeletedPostTakesItsReactionsAlong() {
    UUID id = written("text", "Look");
    like(id, friend);
    comment(id, friend, "Nice", newKey()).statusCode(201);

    given().auth().oauth2(token()).delete("/v1/posts/{id}", id).then().statusCode(204);

    comments(id, token()).then().statusCode(404);
  }

  private static ValidatableResponse comment(UUID id, String token, String text, String key) {
    return given()
        .auth()
        .oauth2(token)
        .header("Idempotency-Key", key)
        .contentType("application/json")
        .body(Map.of("text", text))
        .post("/v1/posts/{id}/comments", id)
        .then();
  }

  private static Response comments(UUID id, String token) {
    return comments(id, token, "");
  }

  private static Response comments(UUID id, String token, String query) {
    return given().auth().oauth2(token).get("/v1/posts/" + id + "/comments" + query);
  }

  private static Response like(UUID id, String token) {
    return given().auth().oauth2(token).put("/v1/posts/{id}/like", id);
  }

  private static Response unlike(UUID id, String token) {
    return given().auth().oauth2(token).delete("/v1/posts/{id}/like", id);
  }
}
