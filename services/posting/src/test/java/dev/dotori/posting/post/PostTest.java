package dev.dotori.posting.post;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import dev.dotori.events.PostDeleted;
import dev.dotori.events.PostEdited;
import dev.dotori.events.PostPublished;
import dev.dotori.local.test.TestTokens;
import dev.dotori.posting.PostingServiceTest;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** One post, and lists of them, as clients use them. */
@QuarkusTest
class PostTest extends PostingServiceTest {

  @Inject Writing writing;

  @Test
  void theSameRequestIsAnsweredAsTheFirstTimeAndPublishedOnce() {
    String key = newKey();
    String first = post(fields("text", "Once"), key).statusCode(201).extract().asString();

    ValidatableResponse again = post(fields("text", "Once"), key).statusCode(201);

    again.header("Idempotent-Replayed", "true");
    assertThat(again.extract().asString()).isEqualTo(first);
    UUID id = new JsonPath(first).getUUID("id");
    awaitSaid(PostPublished.class, id);
    assertThat(said(PostPublished.class, id)).hasSize(1);
    post(fields("text", "Twice"), key).statusCode(422);
  }

  @Test
  void aBadFieldIsNamed() {
    refused("text", fields("text", "x".repeat(5001)));
    refused("text", fields("text", "   "));
    refused("text", fields());
    refused("mediaIds", fields("mediaIds", Collections.nCopies(5, UUID.randomUUID())));
    refused("mediaIds", fields("mediaIds", Collections.nCopies(2, readyMedia())));
    refused("mediaIds[0]", fields("mediaIds", List.of("no-uuid")));
    refused("mediaIds[0]", fields("mediaIds", List.of(UUID.randomUUID())));
    refused("visibility", fields("text", "x", "visibility", "friends"));
    refused("shareTo[0]", fields("text", "x", "shareTo", List.of("myspace")));
    refused("shareTo", fields("text", "x", "shareTo", List.of("x", "x")));
    refused("shareTo", fields("text", "x", "visibility", "private", "shareTo", List.of("x")));
    refused("storeId", fields("text", "x", "storeId", "7"));
    refused("publishAt", fields("text", "x", "publishAt", "tomorrow"));
    refused("publishAt", fields("text", "x", "publishAt", "2999-01-01T00:00:00Z"));
    refused("texts", fields("texts", "typo"));
  }

  @Test
  void aTextIsMeasuredInCharactersNotInBytes() {
    post(fields("text", "🍜".repeat(5000))).statusCode(201);
    refused("text", fields("text", "🍜".repeat(5001)));
  }

  @Test
  void nobodyPostsAnothersMedia() {
    UUID another = mediaService.add(UUID.randomUUID(), "ready");

    post(fields("mediaIds", List.of(another)))
        .statusCode(400)
        .body("violations[0].field", equalTo("mediaIds[0]"))
        .body("violations[0].message", equalTo("is not a media of yours"));
  }

  @Test
  void aPrivatePostIsItsAuthorsAlone() {
    UUID id = written("text", "Secret", "visibility", "private");

    get(id, token()).then().statusCode(200).body("text", equalTo("Secret"));
    get(id, stranger).then().statusCode(404);
    get(id, TestTokens.operator()).then().statusCode(404);
    patch(id, stranger, "Mine", null).then().statusCode(404);
    delete(id, stranger).then().statusCode(404);
    assertThat(awaitSaid(PostPublished.class, id).visibility())
        .isEqualTo(PostPublished.Visibility.PRIVATE);
  }

  @Test
  void aPublicPostIsReadByAllAndChangedByItsAuthor() {
    UUID id = written("text", "Open");

    get(id, stranger).then().statusCode(200);
    get(id, TestTokens.store(UUID.randomUUID())).then().statusCode(200);
    given().get("/v1/posts/{id}", id).then().statusCode(401);
    patch(id, stranger, "Mine", null).then().statusCode(403);
    delete(id, stranger).then().statusCode(403);
  }

  @Test
  void withoutAValidTokenThereIsNothing() {
    for (String bad :
        List.of(
            TestTokens.expired(member),
            TestTokens.ofAnotherIssuer(member),
            TestTokens.forAnotherAudience(member),
            TestTokens.unsigned(member))) {
      given()
          .auth()
          .oauth2(bad)
          .get("/v1/feed")
          .then()
          .statusCode(401)
          .contentType("application/problem+json");
    }
  }

  @Test
  void anEditKeepsWhatThePostSaidBefore() {
    UUID id = written("text", "Frist");
    String tag = get(id, token()).header("ETag");

    patch(id, token(), "First", tag)
        .then()
        .statusCode(200)
        .body("text", equalTo("First"))
        .body("editedAt", notNullValue());
    patch(id, token(), "First!", null).then().statusCode(200);

    List<String> before =
        given()
            .auth()
            .oauth2(token())
            .get("/v1/posts/{id}/edits", id)
            .then()
            .statusCode(200)
            .extract()
            .jsonPath()
            .getList("text");
    assertThat(before).containsExactly("First", "Frist");
    given().auth().oauth2(stranger).get("/v1/posts/{id}/edits", id).then().statusCode(403);
  }

  @Test
  void anEditOfWhatHasChangedMeanwhileIsRefused() {
    UUID id = written("text", "One");
    String tag = get(id, token()).header("ETag");
    patch(id, token(), "Two", tag).then().statusCode(200);

    patch(id, token(), "Three", tag)
        .then()
        .statusCode(412)
        .body("type", equalTo("/problems/stale"));

    get(id, token()).then().body("text", equalTo("Two"));
  }

  @Test
  void eachEditOfAPublishedPostIsToldOnceWithANumberToOrderItBy() {
    UUID id = written("text", "Frist", "visibility", "private");

    Instant first = editedAt(patch(id, token(), "First", null));
    Instant second = editedAt(patch(id, token(), "First 🍜", null));

    assertToldEdits(id, "First", "First 🍜");
    PostPublished.Visibility hidden = PostPublished.Visibility.PRIVATE;
    assertThat(said(PostEdited.class, id))
        .containsExactlyInAnyOrder(
            new PostEdited(id, member, 2, "First", hidden, first),
            new PostEdited(id, member, 3, "First 🍜", hidden, second));
  }

  @Test
  void whatChangesNothingIsNoEdit() {
    UUID id = written("text", "One");
    String tag = get(id, token()).header("ETag");

    patch(id, token(), "One", tag).then().statusCode(200);
    patch(id, token(), " ", tag).then().statusCode(400);
    patch(id, token(), "Mine", null).then().statusCode(200);
    patch(id, token(), "Stale", tag).then().statusCode(412);
    patch(id, stranger, "Theirs", null).then().statusCode(403);
    patch(id, token(), "Last", null).then().statusCode(200);

    assertToldEdits(id, "Mine", "Last");
  }

  @Test
  void anEditThatIsRolledBackIsNotTold() throws Exception {
    UUID id = written("text", "Before");

    QuarkusTransaction.begin();
    assertThat(writing.edit(member, id, "Never", post -> true).text()).isEqualTo("Never");
    QuarkusTransaction.rollback();

    get(id, token()).then().body("text", equalTo("Before"));
    patch(id, token(), "After", null).then().statusCode(200);
    assertToldEdits(id, "After");
  }

  @Test
  void anEditBeforeThePublicationIsToldByThePublicationAlone() {
    UUID media = mediaService.add(member, "processing");
    UUID id = written("text", "Draft", "mediaIds", List.of(media));
    patch(id, token(), "Final", null).then().statusCode(200);

    say(ready(media));

    assertThat(awaitSaid(PostPublished.class, id).text()).isEqualTo("Final");
    patch(id, token(), "Corrected", null).then().statusCode(200);
    assertToldEdits(id, "Corrected");
  }

  @Test
  void anUnchangedPostIsNotSentAgain() {
    UUID id = written("text", "Same");
    String tag = get(id, token()).header("ETag");

    given()
        .auth()
        .oauth2(token())
        .header("If-None-Match", tag)
        .get("/v1/posts/{id}", id)
        .then()
        .statusCode(304);
  }

  @Test
  void aBadEditIsNamed() {
    UUID id = written("text", "Fine");

    patch(id, token(), "x".repeat(5001), null)
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("text"));
    patch(id, token(), " ", null).then().statusCode(400).body("violations.field", hasItem("text"));
    given()
        .auth()
        .oauth2(token())
        .contentType("application/json")
        .body("{}")
        .patch("/v1/posts/{id}", id)
        .then()
        .statusCode(400)
        .body("violations.field", hasItem("text"));
  }

  @Test
  void aDeletedPostIsGoneAndToldOfOnce() {
    UUID media = readyMedia();
    UUID id = written("mediaIds", List.of(media));

    delete(id, token()).then().statusCode(204);

    get(id, token()).then().statusCode(404);
    delete(id, token()).then().statusCode(404);
    assertThat(awaitSaid(PostDeleted.class, id).mediaIds()).containsExactly(media);
    assertThat(said(PostDeleted.class, id)).hasSize(1);
  }

  @Test
  void ofAPostThatWasNeverPublishedNoDeletionIsTold() {
    UUID draft = written("text", "Later", "publishAt", Instant.now().plusSeconds(3600).toString());
    UUID published = written("text", "Now");

    delete(draft, token()).then().statusCode(204);
    delete(published, token()).then().statusCode(204);

    awaitSaid(PostDeleted.class, published);
    assertThat(said(PostDeleted.class, draft)).isEmpty();
  }

  @Test
  void theFeedShowsPublicPostsTheNewestFirst() {
    UUID first = written("text", "1");
    UUID secret = written("text", "2", "visibility", "private");
    UUID later = written("text", "3", "publishAt", Instant.now().plusSeconds(3600).toString());
    UUID last = written("text", "4");

    List<UUID> feed = ids(list("/v1/feed", stranger));

    assertThat(feed).doesNotContain(secret, later);
    assertThat(feed.indexOf(last)).isNotNegative().isLessThan(feed.indexOf(first));
  }

  @Test
  void pagesHoldEachPostOnce() {
    UUID store = UUID.randomUUID();
    List<UUID> posts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      posts.add(written("text", "post " + i, "storeId", store));
    }
    Collections.reverse(posts);

    List<UUID> seen = new ArrayList<>();
    String next = "";
    int pages = 0;
    while (next != null) {
      JsonPath page = list("/v1/stores/" + store + "/posts?limit=2&cursor=" + next, stranger);
      seen.addAll(ids(page));
      next = page.getString("next");
      pages++;
    }

    assertThat(seen).isEqualTo(posts);
    assertThat(pages).isEqualTo(3);
  }

  @Test
  void aMemberSeesAllOfTheirPostsAndOthersThePublicOnes() {
    UUID open = written("text", "open");
    UUID secret = written("text", "secret", "visibility", "private");
    UUID later = written("text", "later", "publishAt", Instant.now().plusSeconds(3600).toString());
    String path = "/v1/members/" + member + "/posts";

    assertThat(ids(list(path, token()))).containsExactly(later, secret, open);
    assertThat(ids(list(path, stranger))).containsExactly(open);

    JsonPath page = list(path + "?limit=1", token());
    assertThat(ids(list(path + "?limit=1&cursor=" + page.getString("next"), token())))
        .containsExactly(secret);
  }

  @Test
  void aCursorOfAnotherListIsRefused() {
    for (String path : List.of("/v1/feed", "/v1/members/" + member + "/posts")) {
      given()
          .auth()
          .oauth2(token())
          .get(path + "?cursor=AAAA")
          .then()
          .statusCode(400)
          .body("violations.field", hasItem("cursor"));
    }
    given().auth().oauth2(token()).get("/v1/feed?limit=201").then().statusCode(400);
  }

  private void refused(String field, Map<String, Object> fields) {
    post(fields)
        .statusCode(400)
        .contentType("application/problem+json")
        .body("violations.field", hasItem(field));
  }

  private static Instant editedAt(Response edited) {
    return Instant.parse(edited.then().statusCode(200).extract().<String>path("editedAt"));
  }

  /** Edits to these texts were told, and by then no others. */
  private void assertToldEdits(UUID id, String... texts) {
    await().until(() -> toldEdits(id).containsAll(List.of(texts)));
    assertThat(toldEdits(id)).containsExactlyInAnyOrder(texts);
  }

  private List<String> toldEdits(UUID id) {
    return said(PostEdited.class, id).stream().map(PostEdited::text).toList();
  }

  private static Response patch(UUID id, String token, String text, String ifMatch) {
    var request =
        given().auth().oauth2(token).contentType("application/json").body(Map.of("text", text));
    if (ifMatch != null) {
      request.header("If-Match", ifMatch);
    }
    return request.patch("/v1/posts/{id}", id);
  }

  private static Response delete(UUID id, String token) {
    return given().auth().oauth2(token).delete("/v1/posts/{id}", id);
  }

  private static JsonPath list(String path, String token) {
    return given().auth().oauth2(token).get(path).then().statusCode(200).extract().jsonPath();
  }

  private static List<UUID> ids(JsonPath page) {
    return page.<String>getList("items.id").stream().map(UUID::fromString).toList();
  }
}
