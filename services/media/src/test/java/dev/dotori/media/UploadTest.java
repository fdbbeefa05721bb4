package dev.dotori.media;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.dotori.events.MediaReady;
import dev.dotori.events.MediaUploaded;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class UploadTest extends MediaServiceTest {

  @Test
  void anUploadedPhotoBecomesReadyWithItsVariants() {
    byte[] photo = Images.jpeg(2000, 1000);
    JsonPath announced = announce("image/jpeg", photo);
    assertThat(announced.getString("status")).isEqualTo("awaiting_upload");
    assertThat(announced.getString("upload.method")).isEqualTo("PUT");

    assertThat(put(announced, photo).statusCode()).isEqualTo(200);
    UUID id = announced.getUUID("id");
    complete(id).then().statusCode(202).body("status", equalTo("processing"));

    JsonPath media = awaitStatus(id, "ready");
    assertThat(media.getString("contentType")).isEqualTo("image/jpeg");
    assertThat(media.getInt("width")).isEqualTo(2000);
    assertThat(media.getInt("height")).isEqualTo(1000);
    assertThat(media.getString("sha256")).isEqualTo(sha256(photo));
    assertThat(media.getString("blurhash")).hasSize(28);
    assertThat(media.getString("reason")).isNull();
    assertThat(media.<String>getList("variants.name"))
        .containsExactly("original", "medium", "thumbnail");
    assertThat(media.<Integer>getList("variants.width")).containsExactly(2000, 1280, 320);
    assertThat(media.<Integer>getList("variants.height")).containsExactly(1000, 640, 160);

    HttpResponse<byte[]> thumbnail = download(id, "thumbnail");
    assertThat(thumbnail.headers().firstValue("Content-Type")).contains("image/jpeg");
    BufferedImage picture = Images.decoded(thumbnail.body());
    assertThat(picture.getWidth()).isEqualTo(320);
    assertColour(picture, 10, 80, Color.RED);
    assertColour(picture, 310, 80, Color.BLUE);
  }

  @Test
  void aPhotoIsAnnouncedToOtherServicesWithItsCause() {
    byte[] photo = Images.png(64, 32);
    UUID id = uploadReady("image/png", photo);

    await().until(() -> said(MediaReady.class, id).size() == 1);
    MediaReady ready = event(said(MediaReady.class, id).getFirst(), MediaReady.class);
    assertThat(ready.ownerId()).isEqualTo(member);
    assertThat(ready.contentType()).isEqualTo("image/png");
    assertThat(ready.width()).isEqualTo(64);
    assertThat(ready.size()).isEqualTo(photo.length);
    assertThat(said(MediaReady.class, id).getFirst()).containsEntry("ce_type", "media.ready.v1");
  }

  @Test
  void whereAPhotoWasTakenIsInNothingThatIsShown() {
    byte[] photo = Images.withExif(Images.jpeg(400, 200), 6);
    assertThat(text(photo)).contains("Exif");

    UUID id = uploadReady("image/jpeg", photo);

    for (String variant : List.of("original", "medium", "thumbnail")) {
      assertThat(text(download(id, variant).body())).doesNotContain("Exif");
    }
  }

  @Test
  void aPhotoTakenSidewaysStandsUpright() {
    UUID id = uploadReady("image/jpeg", Images.withExif(Images.jpeg(400, 200), 6));

    BufferedImage picture = Images.decoded(download(id, "original").body());
    assertThat(picture.getWidth()).isEqualTo(200);
    assertThat(picture.getHeight()).isEqualTo(400);
    // Turned clockwise, what was on the left is at the top.
    assertColour(picture, 100, 50, Color.RED);
    assertColour(picture, 100, 350, Color.BLUE);
  }

  @Test
  void transparencyIsKept() {
    UUID id = uploadReady("image/png", Images.transparentPng(500, 500));

    HttpResponse<byte[]> thumbnail = download(id, "thumbnail");
    assertThat(thumbnail.headers().firstValue("Content-Type")).contains("image/png");
    assertThat(Images.decoded(thumbnail.body()).getColorModel().hasAlpha()).isTrue();
  }

  @Test
  void anAnimationStaysOneAndLosesItsComments() {
    byte[] gif = Images.animatedGif(40, 20, "taken at home");
    assertThat(text(gif)).contains("taken at home");

    UUID id = uploadReady("image/gif", gif);

    byte[] original = download(id, "original").body();
    assertThat(text(original)).startsWith("GIF89a").doesNotContain("taken at home");
    assertThat(frames(original)).isEqualTo(3);
  }

  @Test
  void aWebpIsShown() {
    UUID id = uploadReady("image/webp", Images.webp());

    assertThat(Images.decoded(download(id, "thumbnail").body()).getWidth()).isEqualTo(1);
  }

  @Test
  void aDocumentIsGivenAsAnAttachment() {
    UUID id = uploadReady("application/pdf", Images.pdf());

    HttpResponse<byte[]> document = download(id, "original");
    assertThat(document.body()).isEqualTo(Images.pdf());
    assertThat(document.headers().firstValue("Content-Type")).contains("application/pdf");
    assertThat(document.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment");
  }

  @Test
  void whatAFileIsIsToldFromItsBytesNotFromItsDeclaration() {
    UUID id = uploadReady("application/pdf", Images.png(10, 10));

    get(id, token()).then().body("contentType", equalTo("image/png"));
  }

  @Test
  void theUploadUrlTakesNoOtherBytesThanDeclared() {
    byte[] photo = Images.jpeg(100, 100);
    JsonPath announced = announce("image/jpeg", photo);
    byte[] another = photo.clone();
    another[another.length / 2] ^= 1;

    assertThat(put(announced, another).statusCode()).isEqualTo(400);
    assertThat(put(announced, Images.jpeg(200, 200)).statusCode()).isEqualTo(403);
    assertThat(put(announced, photo).statusCode()).isEqualTo(200);
  }

  @Test
  void aFileWhoseBytesAreMissingCannotBeCompleted() {
    UUID id = announce("image/jpeg", Images.jpeg(10, 10)).getUUID("id");

    complete(id)
        .then()
        .statusCode(409)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/media-not-uploaded"));
  }

  @Test
  void completingTwiceTellsOnce() {
    UUID id = upload("image/png", Images.png(10, 10));

    complete(id).then().statusCode(202);
    awaitStatus(id, "ready");
    complete(id).then().statusCode(202);

    await().until(() -> !said(MediaUploaded.class, id).isEmpty());
    assertThat(said(MediaUploaded.class, id)).hasSize(1);
  }

  @Test
  void theSameRequestIsAnsweredAsTheFirstTime() {
    String key = newKey();
    Map<String, Object> body = declaration("image/png", Images.png(10, 10));

    String first = post(body, key).statusCode(201).extract().asString();
    ValidatableResponse second = post(body, key).statusCode(201);

    second.header("Idempotent-Replayed", "true");
    assertThat(second.extract().asString()).isEqualTo(first);
    post(declaration("image/png", Images.png(20, 20)), key)
        .statusCode(422)
        .body("type", equalTo("/problems/idempotency-key-reused"));
  }

  @Test
  void aRefusedRequestLeavesItsKeyFree() {
    String key = newKey();
    Map<String, Object> bad = new HashMap<>(declaration("image/png", Images.png(10, 10)));
    bad.put("contentType", "text/html");

    post(bad, key).statusCode(400);
    post(declaration("image/png", Images.png(10, 10)), key).statusCode(201);
  }

  @Test
  void aRequestNeedsAKey() {
    given()
        .auth()
        .oauth2(token())
        .contentType("application/json")
        .body(declaration("image/png", Images.png(1, 1)))
        .post("/v1/media")
        .then()
        .statusCode(400);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          fileName,    ''
          contentType, text/html
          contentType, image/svg+xml
          size,        0
          size,        -1
          size,        26214401
          sha256,      abc
          sha256,      ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ
          """)
  void aBadFieldIsNamed(String field, String value) {
    Map<String, Object> body = new HashMap<>(declaration("image/png", Images.png(1, 1)));
    body.put(field, field.equals("size") ? Long.valueOf(value) : value);

    post(body, newKey()).statusCode(400).body("violations.field", hasItem(field));
  }

  @Test
  void anUnknownFieldIsNamed() {
    Map<String, Object> body = new HashMap<>(declaration("image/png", Images.png(1, 1)));
    body.put("filename", "typo");

    post(body, newKey()).statusCode(400).body("violations.field", hasItem("filename"));
  }

  @Test
  void aSmallFileCanBeSentInOneCall() {
    byte[] photo = Images.jpeg(400, 300);

    UUID id =
        given()
            .auth()
            .oauth2(token())
            .multiPart("photo", "photo.jpg", photo, "image/jpeg")
            .post("/v1/media/files")
            .then()
            .statusCode(202)
            .body("status", equalTo("processing"))
            .extract()
            .jsonPath()
            .getUUID("id");

    JsonPath media = awaitStatus(id, "ready");
    assertThat(media.getInt("width")).isEqualTo(400);
    assertThat(media.getString("sha256")).isEqualTo(sha256(photo));
  }

  @Test
  void aFileSentInOneCallIsAloneAndNotTooLarge() {
    given()
        .auth()
        .oauth2(token())
        .multiPart("a", "a.jpg", new byte[] {1}, "image/jpeg")
        .multiPart("b", "b.jpg", new byte[] {1}, "image/jpeg")
        .post("/v1/media/files")
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("file"));
    given()
        .auth()
        .oauth2(token())
        .multiPart("a", "a.jpg", new byte[(10 << 20) + 1], "image/jpeg")
        .post("/v1/media/files")
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("file"));
  }

  private ValidatableResponse post(Map<String, Object> body, String key) {
    return given()
        .auth()
        .oauth2(token())
        .header("Idempotency-Key", key)
        .contentType("application/json")
        .body(body)
        .post("/v1/media")
        .then();
  }

  private static void assertColour(BufferedImage picture, int x, int y, Color expected) {
    Color actual = new Color(picture.getRGB(x, y));
    assertThat(Math.abs(actual.getRed() - expected.getRed())).isLessThan(40);
    assertThat(Math.abs(actual.getGreen() - expected.getGreen())).isLessThan(40);
    assertThat(Math.abs(actual.getBlue() - expected.getBlue())).isLessThan(40);
  }

  private static int frames(byte[] gif) {
    var reader = javax.imageio.ImageIO.getImageReadersByFormatName("gif").next();
    try (var input =
        javax.imageio.ImageIO.createImageInputStream(new java.io.ByteArrayInputStream(gif))) {
      reader.setInput(input);
      return reader.getNumImages(true);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } finally {
      reader.dispose();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
