package dev.dotori.media;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.oneOf;

import dev.dotori.local.test.RedisTestResource;
import dev.dotori.local.test.S3TestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Pictures through the packaged service: every reader and writer has to be in the executable. */
@QuarkusIntegrationTest
@WithTestResource(RedisTestResource.class)
@WithTestResource(S3TestResource.class)
@WithTestResource(TokenTestResource.class)
class MediaIT {

  private final String token = TestTokens.member(UUID.randomUUID());

  @Test
  void aPhotoTakenSidewaysIsTurnedAndScaled() {
    JsonPath media = inspected("image/jpeg", Images.withExif(Images.jpeg(2000, 1000), 6));

    assertThat(media.getString("status")).isEqualTo("ready");
    assertThat(media.getInt("width")).isEqualTo(1000);
    assertThat(media.<String>getList("variants.name"))
        .containsExactly("original", "medium", "thumbnail");
    assertThat(media.getString("blurhash")).isNotBlank();
  }

  @Test
  void everyKindOfPictureIsRead() {
    assertThat(inspected("image/png", Images.transparentPng(64, 32)).getString("status"))
        .isEqualTo("ready");
    assertThat(inspected("image/webp", Images.webp()).getString("status")).isEqualTo("ready");
    assertThat(inspected("image/gif", Images.animatedGif(64, 32, "a place")).getString("status"))
        .isEqualTo("ready");
  }

  @Test
  void whatIsNoPictureIsRejectedAndADocumentIsKept() {
    assertThat(inspected("image/jpeg", Images.cutOff(Images.jpeg(64, 32))).getString("status"))
        .isEqualTo("rejected");
    assertThat(inspected("application/pdf", Images.pdf()).getString("status")).isEqualTo("ready");
  }

  @Test
  void aRefusalIsAProblem() {
    given()
        .auth()
        .oauth2(token)
        .get("/v1/media/{id}", UUID.randomUUID())
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("status", is(404));
  }

  /** The file's manifest once it was looked at. */
  private JsonPath inspected(String contentType, byte[] file) {
    String id =
        given()
            .auth()
            .oauth2(token)
            .header("Idempotency-Key", UUID.randomUUID().toString())
            .multiPart("file", "photo.bin", file, contentType)
            .post("/v1/media/files")
            .then()
            .statusCode(202)
            .extract()
            .path("id");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            given()
                .auth()
                .oauth2(token)
                .get("/v1/media/{id}", id)
                .then()
                .body("status", oneOf("ready", "rejected")));
    return given().auth().oauth2(token).get("/v1/media/{id}", id).jsonPath();
  }
}
