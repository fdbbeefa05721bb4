package dev.dotori.posting;

import static io.restassured.RestAssured.given;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Posts, comments and likes on the packaged service, and what it asks of media. */
@QuarkusIntegrationTest
@WithTestResource(
    value = MySqlTestResource.class,
    initArgs = @ResourceArg(name = "schema", value = "posting"))
@WithTestResource(RedisTestResource.class)
@WithTestResource(TokenTestResource.class)
@WithTestResource(PeerMediaService.class)
class PostingIT {

  private final UUID member = UUID.randomUUID();
  PeerMediaService mediaService;

  @Test
  void aPostIsReadCommentedOnAndLiked() {
    UUID picture = mediaService.add(member, "ready");

    String id =
        post("/v1/posts", Map.of("text", "Hello", "mediaIds", List.of(picture)))
            .then()
            .statusCode(201)
            .body("status", is("published"))
            .extract()
            .path("id");
    post("/v1/posts/" + id + "/comments", Map.of("text", "Well said"))
        .then()
        .statusCode(201)
        .body("text", is("Well said"));
    asMember().put("/v1/posts/{id}/like", id).then().statusCode(is(204));

    asMember()
        .get("/v1/posts/{id}", id)
        .then()
        .statusCode(200)
        .body("text", is("Hello"))
        .body("mediaIds", hasItem(picture.toString()));
    asMember()
        .get("/v1/posts/{id}/comments", id)
        .then()
        .statusCode(200)
        .body("items.text", hasItem("Well said"));
  }

  @Test
  void aRefusalIsAProblemThatNamesTheField() {
    post("/v1/posts", Map.of("text", "Hello", "visibility", "friends"))
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("violations.field", hasItem("visibility"));
  }

  private RequestSpecification asMember() {
    return given().auth().oauth2(TestTokens.member(member));
  }

  private Response post(String path, Map<String, ?> fields) {
    return asMember()
        .contentType("application/json")
        .header("Idempotency-Key", UUID.randomUUID().toString())
        .body(fields)
        .post(path);
  }
}
