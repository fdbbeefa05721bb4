package dev.dotori.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.dotori.events.MediaRejected;
import dev.dotori.media.file.Keys;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

@QuarkusTest
class HostileFilesTest extends MediaServiceTest {

  @Inject S3Client s3;
  @Inject MediaConfig config;

  @Test
  void aPageThatCallsItselfAPhotoIsRejected() {
    byte[] page = "<html><script>alert(1)</script></html>".getBytes(StandardCharsets.US_ASCII);

    UUID id = upload("image/jpeg", page);

    assertThat(awaitStatus(id, "rejected").getString("reason")).isEqualTo("unsupported_type");
    content(id, "original", token()).then().statusCode(404);
  }

  @Test
  void aRejectionIsTold() {
    UUID id = upload("image/jpeg", new byte[] {1, 2, 3});
    awaitStatus(id, "rejected");

    await().until(() -> said(MediaRejected.class, id).size() == 1);
    MediaRejected rejected = event(said(MediaRejected.class, id).getFirst(), MediaRejected.class);
    assertThat(rejected.ownerId()).isEqualTo(member);
    assertThat(rejected.reason()).isEqualTo("unsupported_type");
  }

  @Test
  void whatHidesBehindAPhotosEndIsGone() {
    UUID jpeg =
        uploadReady("image/jpeg", Images.followedBy(Images.jpeg(50, 50), "PK<script>hidden"));
    UUID png = uploadReady("image/png", Images.followedBy(Images.png(50, 50), "<script>hidden"));
    UUID gif =
        uploadReady(
            "image/gif", Images.followedBy(Images.animatedGif(5, 5, "x"), "<script>hidden"));

    for (UUID id : new UUID[] {jpeg, png, gif}) {
      assertThat(new String(download(id, "original").body(), StandardCharsets.ISO_8859_1))
          .doesNotContain("hidden");
    }
  }

  @Test
  void filesThatAreCutOffAreRejected() {
    rejectedAsDamaged("image/jpeg", Images.cutOff(Images.jpeg(300, 300)));
    rejectedAsDamaged("image/png", Images.cutOff(Images.png(300, 300)));
    rejectedAsDamaged("image/gif", Images.cutOff(Images.animatedGif(30, 30, "x")));
    rejectedAsDamaged("image/webp", Images.cutOff(Images.webp()));
    rejectedAsDamaged("application/pdf", Images.cutOff(Images.pdf()));
  }

  @Test
  void aFewBytesThatClaimToBeAHugePictureAreNeverUnpacked() {
    UUID bomb = upload("image/png", Images.pngClaiming(60_000, 60_000));
    UUID wide = upload("image/png", Images.pngClaiming(2_000_000_000, 1));

    assertThat(awaitStatus(bomb, "rejected").getString("reason")).isEqualTo("dimensions_too_large");
    assertThat(awaitStatus(wide, "rejected").getString("reason")).isEqualTo("dimensions_too_large");
  }

  @Test
  void bytesThatAreNotTheDeclaredOnesAreRejectedEvenIfS3TookThem() {
    byte[] declared = Images.png(10, 10);
    byte[] sameLength = declared.clone();
    sameLength[declared.length - 1] ^= 1;

    assertThat(placedBesides(declared, sameLength)).isEqualTo("checksum_mismatch");
    assertThat(placedBesides(declared, Images.png(300, 300))).isEqualTo("size_mismatch");
    assertThat(placedBesides(declared, new byte[] {1})).isEqualTo("size_mismatch");
  }

  @Test
  void bytesWrittenAfterTheCheckAreNeverShown() {
    byte[] photo = Images.png(10, 10);
    JsonPath announced = announce("image/png", photo);
    put(announced, photo);
    UUID id = announced.getUUID("id");
    complete(id);
    awaitStatus(id, "ready");
    byte[] before = download(id, "original").body();

    s3.putObject(
        put -> put.bucket(config.bucket()).key(Keys.upload(id)), RequestBody.fromString("<html>"));
    complete(id).then().statusCode(202).body("status", equalTo("ready"));

    assertThat(download(id, "original").body()).isEqualTo(before);
  }

  private void rejectedAsDamaged(String type, byte[] file) {
    assertThat(awaitStatus(upload(type, file), "rejected").getString("reason"))
        .as(type)
        .isEqualTo("damaged");
  }

  /** Announces one file, puts another in its place with the service's own rights; the outcome. */
  private String placedBesides(byte[] declared, byte[] placed) {
    UUID id = announce("image/png", declared).getUUID("id");
    s3.putObject(
        put -> put.bucket(config.bucket()).key(Keys.upload(id)), RequestBody.fromBytes(placed));
    complete(id).then().statusCode(202);
    return awaitStatus(id, "rejected").getString("reason");
  }
}
