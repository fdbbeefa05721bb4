package dev.dotori.socialshare.share;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.dotori.api.Ids;
import dev.dotori.events.MemberClosed;
import dev.dotori.events.PostDeleted;
import dev.dotori.events.PostPublished;
import dev.dotori.local.test.TestTokens;
import dev.dotori.socialshare.SocialLoop;
import dev.dotori.socialshare.SocialShareTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A post goes to the networks that its author chose, once. */
@SocialShareTest
class SharingTest {

  @Inject SocialLoop loop;

  @BeforeEach
  void networksAreWell() {
    loop.noFaults();
  }

  @Test
  void aPostWithPicturesGoesToBothNetworks() {
    UUID author = loop.memberConnectedTo("facebook", "x");
    String text = unique("Lunch with friends & <acorns>");
    List<UUID> pictures = List.of(loop.picture(author), loop.picture(author));

    UUID post = loop.post(author, text, pictures, "facebook", "x");

    for (String network : List.of("facebook", "x")) {
      JsonPath share = loop.awaitShare(author, post, network, "published");
      assertThat(share.getInt("attempts")).isEqualTo(1);
      assertThat(share.getString("error")).isNull();
      String page =
          loop.get(share.getString("remoteUrl")).then().statusCode(200).extract().asString();
      assertThat(page)
          .contains(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
      assertThat(page.split("/pictures/", -1)).hasSize(3);
      List<JsonPath> said = loop.said("share.published.v1", UUID.fromString(share.getString("id")));
      assertThat(said).hasSize(1);
      assertThat(said.getFirst().getString("remoteId")).isEqualTo(share.getString("remoteId"));
      assertThat(said.getFirst().getString("postId")).isEqualTo(post.toString());
      assertThat(said.getFirst().getString("authorId")).isEqualTo(author.toString());
    }
  }

  @Test
  void aRepeatedEventSharesNothingTwice() {
    UUID author = loop.memberConnectedTo("x");
    String text = unique("Once");
    PostPublished event = SocialLoop.event(author, text, List.of(loop.picture(author)), "x");

    loop.say(event);
    loop.say(event);
    loop.awaitShare(author, event.postId(), "x", "published");
    loop.say(event);

    // A later event is through, so the repeated one is, too.
    UUID later = loop.post(author, unique("Later"), List.of(), "x");
    loop.awaitShare(author, later, "x", "published");
    assertThat(loop.shown("x", text)).isEqualTo(1);
    loop.as(author).get("/v1/posts/" + event.postId() + "/shares").then().body("$", hasSize(1));
  }

  @Test
  void withoutAConnectionAShareFailsAndCanBeRetriedAfterConnecting() {
    UUID author = Ids.next();
    UUID post = loop.post(author, unique("Not connected"), List.of(), "x");

    JsonPath failed = loop.awaitShare(author, post, "x", "failed");
    assertThat(failed.getString("errorClass")).isEqualTo("not_connected");
    assertThat(loop.said("share.failed.v1", UUID.fromString(failed.getString("id")))).hasSize(1);

    loop.connect(author, "x");
    loop.retry(author, failed.getString("id"))
        .then()
        .statusCode(202)
        .body("status", equalTo("queued"));
    loop.awaitShare(author, post, "x", "published");
  }

  @Test
  void aTextThatDoesNotFitFailsAtOnce() {
    UUID author = loop.memberConnectedTo("facebook", "x");
    UUID post = loop.post(author, unique("Long") + "a".repeat(280), List.of(), "facebook", "x");

    JsonPath x = loop.awaitShare(author, post, "x", "failed");
    assertThat(x.getString("errorClass")).isEqualTo("text_too_long");
    assertThat(x.getInt("attempts")).isEqualTo(1);
    loop.awaitShare(author, post, "facebook", "published");
  }

  @Test
  void aPictureThatIsGoneFailsTheShare() {
    UUID author = loop.memberConnectedTo("x");
    UUID post = loop.post(author, unique("No picture"), List.of(Ids.next()), "x");

    JsonPath failed = loop.awaitShare(author, post, "x", "failed");
    assertThat(failed.getString("errorClass")).isEqualTo("media_unavailable");
  }

  @Test
  void aMediaServiceThatIsAwayIsAskedAgain() {
    UUID author = loop.memberConnectedTo("x");
    UUID picture = loop.picture(author);
    loop.mediaDown(2);

    UUID post = loop.post(author, unique("Picture later"), List.of(picture), "x");

    JsonPath published = loop.awaitShare(author, post, "x", "published");
    assertThat(published.getInt("attempts")).isEqualTo(3);
  }

  @Test
  void anothersPictureIsNotShared() {
    UUID author = loop.memberConnectedTo("x");
    UUID post = loop.post(author, unique("Stolen"), List.of(loop.picture(Ids.next())), "x");

    JsonPath failed = loop.awaitShare(author, post, "x", "failed");
    assertThat(failed.getString("errorClass")).isEqualTo("media_unavailable");
  }

  @Test
  void aPostDeletedBeforeItIsSharedStaysHere() {
    UUID author = loop.memberConnectedTo("x");
    loop.fault("x", "rate_limited", "\"resetSeconds\":600");
    String text = unique("Deleted");
    UUID post = loop.post(author, text, List.of(), "x");
    Awaitility.await().until(() -> "rate_limited".equals(errorClass(author, post)));

    loop.say(new PostDeleted(post, author, List.of(), Instant.now()));

    JsonPath failed = loop.awaitShare(author, post, "x", "failed");
    assertThat(failed.getString("errorClass")).isEqualTo("post_deleted");
    assertThat(loop.shown("x", text)).isZero();
    loop.retry(author, failed.getString("id")).then().statusCode(409);
  }

  private String errorClass(UUID author, UUID post) {
    return loop.as(author)
        .get("/v1/posts/" + post + "/shares")
        .jsonPath()
        .setRootPath("[0]")
        .getString("errorClass");
  }

  @Test
  void aPostWhoseDeletionCameFirstIsNotShared() {
    UUID author = loop.memberConnectedTo("x");
    String text = unique("Too late");
    PostPublished event = SocialLoop.event(author, text, List.of(), "x");
    loop.say(new PostDeleted(event.postId(), author, List.of(), Instant.now()));
    Awaitility.await().until(() -> postKnown(event.postId()));

    loop.say(event);

    UUID later = loop.post(author, unique("Later"), List.of(), "x");
    loop.awaitShare(author, later, "x", "published");
    loop.as(author).get("/v1/posts/" + event.postId() + "/shares").then().body("$", hasSize(0));
    assertThat(loop.shown("x", text)).isZero();
  }

  private boolean postKnown(UUID post) {
    return !loop.rows(row -> row.getInt(1), "SELECT 1 FROM post WHERE id = ?", post).isEmpty();
  }

  @Test
  void nothingOfAMemberWhoLeftIsKeptOrTakenInAgain() {
    UUID author = Ids.next();
    UUID post = loop.post(author, unique("Before"), List.of(), "x");
    loop.awaitShare(author, post, "x", "failed");

    loop.say(new MemberClosed(author, Instant.now()));
    Awaitility.await().until(() -> !postKnown(post));
    UUID late = loop.post(author, unique("After"), List.of(), "x");

    UUID other = loop.memberConnectedTo("x");
    UUID otherPost = loop.post(other, unique("Other"), List.of(), "x");
    loop.awaitShare(other, otherPost, "x", "published");
    assertThat(postKnown(late)).isFalse();
  }

  @Test
  void onlyTheAuthorSeesAndRetriesShares() {
    UUID author = Ids.next();
    UUID post = loop.post(author, unique("Mine"), List.of(), "x");
    String share = loop.awaitShare(author, post, "x", "failed").getString("id");

    loop.as(Ids.next()).get("/v1/posts/" + post + "/shares").then().statusCode(404);
    loop.retry(Ids.next(), share).then().statusCode(404);
    given().get("/v1/posts/" + post + "/shares").then().statusCode(401);
    given()
        .header("Authorization", "Bearer " + TestTokens.store(author))
        .get("/v1/posts/" + post + "/shares")
        .then()
        .statusCode(403);
  }

  @Test
  void aRetryNeedsAKeyAndIsAnsweredAlikeForTheSameOne() {
    UUID author = Ids.next();
    UUID post = loop.post(author, unique("Retry"), List.of(), "x");
    String share = loop.awaitShare(author, post, "x", "failed").getString("id");

    loop.as(author).post("/v1/shares/" + share + "/retry").then().statusCode(400);
    String key = Ids.next().toString();
    for (int i = 0; i < 2; i++) {
      loop.as(author)
          .header("Idempotency-Key", key)
          .post("/v1/shares/" + share + "/retry")
          .then()
          .statusCode(202)
          .header("Idempotent-Replayed", i == 0 ? null : "true")
          .body("id", equalTo(share));
    }
  }

  @Test
  void aPublishedShareIsNotRetried() {
    UUID author = loop.memberConnectedTo("x");
    UUID post = loop.post(author, unique("Done"), List.of(), "x");
    String share = loop.awaitShare(author, post, "x", "published").getString("id");

    loop.retry(author, share)
        .then()
        .statusCode(409)
        .body("type", equalTo("/problems/share-not-retryable"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"expired", "issuer", "audience", "unsigned"})
  void aBadTokenIsRefused(String kind) {
    UUID author = Ids.next();
    String token =
        switch (kind) {
          case "expired" -> TestTokens.expired(author);
          case "issuer" -> TestTokens.ofAnotherIssuer(author);
          case "audience" -> TestTokens.forAnotherAudience(author);
          case "unsigned" -> TestTokens.unsigned(author);
          default -> throw new IllegalArgumentException(kind);
        };

    given()
        .header("Authorization", "Bearer " + token)
        .get("/v1/posts/" + Ids.next() + "/shares")
        .then()
        .statusCode(401)
        .contentType("application/problem+json");
  }

  private static String unique(String text) {
    return text + " " + Ids.next() + " ";
  }
}
