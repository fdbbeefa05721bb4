package dev.dotori.media;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.dotori.events.MediaRejected;
import dev.dotori.events.MediaUploaded;
import dev.dotori.events.MemberClosed;
import dev.dotori.events.PostDeleted;
import dev.dotori.events.PostPublished;
import dev.dotori.events.PostPublished.Visibility;
import dev.dotori.local.test.TestTokens;
import dev.dotori.media.bucket.Bucket;
import dev.dotori.media.file.Keys;
import dev.dotori.media.file.Manifests;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AudienceTest extends MediaServiceTest {

  @Inject Bucket bucket;
  @Inject Manifests manifests;

  private final String stranger = TestTokens.member(UUID.randomUUID());

  @Test
  void aFileIsItsOwnersAlone() {
    UUID id = uploadReady("image/png", Images.png(10, 10));

    get(id, stranger).then().statusCode(404).contentType("application/problem+json");
    content(id, "original", stranger).then().statusCode(404);
    given().auth().oauth2(stranger).post("/v1/media/{id}/complete", id).then().statusCode(404);
    given().auth().oauth2(stranger).delete("/v1/media/{id}", id).then().statusCode(404);
    given().auth().oauth2(TestTokens.operator()).get("/v1/media/{id}", id).then().statusCode(404);
  }

  @Test
  void aFileThatAPublicPostShowsIsEveryonesWhileThePostIsThere() {
    UUID id = uploadReady("image/png", Images.png(10, 10));
    UUID post = UUID.randomUUID();

    say(published(post, member, id, Visibility.PUBLIC));
    await().until(() -> get(id, stranger).statusCode() == 200);
    content(id, "thumbnail", stranger).then().statusCode(302);
    given().auth().oauth2(stranger).delete("/v1/media/{id}", id).then().statusCode(404);

    say(deleted(post, id));
    await().until(() -> get(id, stranger).statusCode() == 404);
    get(id, token()).then().statusCode(200);
  }

  @Test
  void aFileOfTwoPublicPostsStaysPublicWhenOneIsDeleted() {
    UUID id = uploadReady("image/png", Images.png(10, 10));
    UUID first = UUID.randomUUID();
    UUID second = UUID.randomUUID();
    say(published(first, member, id, Visibility.PUBLIC));
    say(published(second, member, id, Visibility.PUBLIC));
    await().until(() -> uses(id) == 2);

    say(deleted(first, id));

    await().until(() -> manifests.find(id).orElseThrow().posts().get(first).endedAt() != null);
    get(id, stranger).then().statusCode(200);
  }

  @Test
  void aPublicationHeardAfterTheDeletionShowsNothing() {
    UUID id = uploadReady("image/png", Images.png(10, 10));
    UUID post = UUID.randomUUID();

    say(deleted(post, id));
    await().until(() -> uses(id) == 1);
    say(published(post, member, id, Visibility.PUBLIC));
    UUID later = heardNext(id);

    assertThat(manifests.find(id).orElseThrow().posts().get(post).endedAt()).isNotNull();
    say(deleted(later, id));
    await().until(() -> get(id, stranger).statusCode() == 404);
  }

  @Test
  void aPrivatePostShowsItsFileToNobodyElse() {
    UUID id = uploadReady("image/png", Images.png(10, 10));

    say(published(UUID.randomUUID(), member, id, Visibility.PRIVATE));
    UUID later = heardNext(id);

    assertThat(manifests.find(id).orElseThrow().posts()).containsOnlyKeys(later);
  }

  @Test
  void nobodyMakesAnothersFilePublic() {
    UUID id = uploadReady("image/png", Images.png(10, 10));

    say(published(UUID.randomUUID(), UUID.randomUUID(), id, Visibility.PUBLIC));
    UUID later = heardNext(id);

    assertThat(manifests.find(id).orElseThrow().posts()).containsOnlyKeys(later);
  }

  @Test
  void aDeletedFileIsGoneWithAllItsBytesAndPostsThatWaitLearnOfIt() {
    UUID id = uploadReady("image/png", Images.png(10, 10));

    given().auth().oauth2(token()).delete("/v1/media/{id}", id).then().statusCode(204);

    get(id, token()).then().statusCode(404);
    given().auth().oauth2(token()).delete("/v1/media/{id}", id).then().statusCode(404);
    await().until(() -> bucket.list("media/" + id, null, 10).isEmpty());
    await().until(() -> bucket.list(Keys.deletion(id), null, 10).isEmpty());
    assertThat(bucket.list(Keys.ownedBy(member), null, 10)).isEmpty();
    assertThat(event(said(MediaRejected.class, id).getFirst(), MediaRejected.class).reason())
        .isEqualTo("deleted");
  }

  @Test
  void ofAMemberWhoHasLeftNothingStays() {
    UUID first = uploadReady("image/png", Images.png(10, 10));
    UUID second = announce("image/png", Images.png(11, 10)).getUUID("id");

    say(new MemberClosed(member, Instant.now()));

    await().until(() -> get(first, token()).statusCode() == 404);
    await().until(() -> get(second, token()).statusCode() == 404);
    await().until(() -> bucket.list("media/" + first, null, 10).isEmpty());
    await().until(() -> bucket.list("media/" + second, null, 10).isEmpty());
    given()
        .auth()
        .oauth2(token())
        .header("Idempotency-Key", newKey())
        .contentType("application/json")
        .body(declaration("image/png", Images.png(1, 1)))
        .post("/v1/media")
        .then()
        .statusCode(404);
  }

  @Test
  void withoutAValidTokenThereIsNothing() {
    UUID id = uploadReady("image/png", Images.png(10, 10));

    given().get("/v1/media/{id}", id).then().statusCode(401);
    for (String bad :
        List.of(
            TestTokens.expired(member),
            TestTokens.ofAnotherIssuer(member),
            TestTokens.forAnotherAudience(member),
            TestTokens.unsigned(member))) {
      get(id, bad).then().statusCode(401).contentType("application/problem+json");
    }
  }

  @Test
  void storesUploadNothing() {
    given()
        .auth()
        .oauth2(TestTokens.store(UUID.randomUUID()))
        .header("Idempotency-Key", newKey())
        .contentType("application/json")
        .body(declaration("image/png", Images.png(1, 1)))
        .post("/v1/media")
        .then()
        .statusCode(403);
  }

  @Test
  void otherServicesSeeEveryFileAndItsOwner() {
    UUID id = uploadReady("image/png", Images.png(10, 20));
    String service = TestTokens.service("posting");

    given()
        .auth()
        .oauth2(service)
        .get("/internal/media/{id}", id)
        .then()
        .statusCode(200)
        .body("id", equalTo(id.toString()))
        .body("ownerId", equalTo(member.toString()))
        .body("status", equalTo("ready"))
        .body("height", equalTo(20))
        .body("reason", nullValue());
    byte[] content =
        given()
            .auth()
            .oauth2(service)
            .get("/internal/media/{id}/content?variant=original", id)
            .then()
            .statusCode(200)
            .contentType("image/png")
            .extract()
            .asByteArray();
    assertThat(Images.decoded(content).getHeight()).isEqualTo(20);
    given().auth().oauth2(token()).get("/internal/media/{id}", id).then().statusCode(403);
    given().get("/internal/media/{id}", id).then().statusCode(401);
    given()
        .auth()
        .oauth2(service)
        .get("/internal/media/{id}", UUID.randomUUID())
        .then()
        .statusCode(404);
  }

  @Test
  void anIdThatIsNoneIsNotFound() {
    given().auth().oauth2(token()).get("/v1/media/none").then().statusCode(404);
  }

  private PostPublished published(UUID post, UUID author, UUID media, Visibility visibility) {
    return new PostPublished(
        post, author, "", null, null, visibility, List.of(media), List.of(), Instant.now());
  }

  private PostDeleted deleted(UUID post, UUID media) {
    return new PostDeleted(post, member, List.of(media), Instant.now());
  }

  private int uses(UUID media) {
    return manifests.find(media).orElseThrow().posts().size();
  }

  /** Says one more publication and waits for its effect: what was said before has been heard. */
  private UUID heardNext(UUID media) {
    UUID post = UUID.randomUUID();
    say(published(post, member, media, Visibility.PUBLIC));
    await().until(() -> manifests.find(media).orElseThrow().posts().containsKey(post));
    assertThat(said(MediaUploaded.class, media)).hasSize(1);
    return post;
  }
}
