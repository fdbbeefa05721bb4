package dev.dotori.posting.post;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.dotori.events.MemberClosed;
import dev.dotori.events.PostDeleted;
import dev.dotori.events.PostEdited;
import dev.dotori.events.PostPublished;
import dev.dotori.posting.PostingServiceTest;
import dev.dotori.posting.media.MediaState;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** When a post becomes visible, and that this is told once. */
@QuarkusTest
class PublishingTest extends PostingServiceTest {

  @Inject Publishing publishing;
  @Inject Writing writing;

  @Test
  void aPostWithoutMediaIsPublishedAtOnce() {
    UUID store = UUID.randomUUID();
    UUID purchase = UUID.randomUUID();

    UUID id =
        post(fields(
                "text",
                "Lunch 🍜",
                "storeId",
                store,
                "purchaseId",
                purchase,
                "shareTo",
                List.of("x", "facebook")))
            .statusCode(201)
            .header("Location", notNullValue())
            .body("status", equalTo("published"))
            .body("visibility", equalTo("public"))
            .body("publishedAt", notNullValue())
            .body("rejection", nullValue())
            .extract()
            .jsonPath()
            .getUUID("id");

    PostPublished published = awaitSaid(PostPublished.class, id);
    assertThat(published.authorId()).isEqualTo(member);
    assertThat(published.text()).isEqualTo("Lunch 🍜");
    assertThat(published.storeId()).isEqualTo(store);
    assertThat(published.purchaseId()).isEqualTo(purchase);
    assertThat(published.visibility()).isEqualTo(PostPublished.Visibility.PUBLIC);
    assertThat(published.shareTo()).containsExactly("x", "facebook");
  }

  @Test
  void aPostWaitsForAllOfItsMedia() {
    UUID first = mediaService.add(member, "processing");
    UUID second = mediaService.add(member, "awaiting_upload");
    UUID id = written("text", "Two", "mediaIds", List.of(first, second));
    get(id, token()).then().body("status", equalTo("awaiting_media"));
    get(id, stranger).then().statusCode(404);

    say(ready(first));
    awaitKnown(first);
    get(id, token()).then().body("status", equalTo("awaiting_media"));

    say(ready(second));
    awaitStatus(id, "published");
    get(id, stranger).then().statusCode(200);
    assertThat(awaitSaid(PostPublished.class, id).mediaIds()).containsExactly(first, second);
  }

  @Test
  void mediaThatWereReadyBeforeThePostHoldNothingUp() {
    UUID media = readyMedia();
    int questions = mediaService.questions();

    post(fields("mediaIds", List.of(media)))
        .statusCode(201)
        .body("status", equalTo("published"))
        .body("text", equalTo(""));

    assertThat(mediaService.questions()).isEqualTo(questions);
  }

  @Test
  void readyMediaWhoseEventHasNotComeAreAskedFor() {
    UUID media = mediaService.add(member, "ready");

    post(fields("mediaIds", List.of(media))).statusCode(201).body("status", equalTo("published"));
  }

  @Test
  void anEventToldAgainPublishesNothingAgain() {
    UUID media = mediaService.add(member, "processing");
    UUID id = written("mediaIds", List.of(media));

    say(ready(media));
    say(ready(media));
    awaitStatus(id, "published");
    say(ready(media));
    readyMedia(); // by then all of them were heard

    awaitSaid(PostPublished.class, id);
    assertThat(said(PostPublished.class, id)).hasSize(1);
  }

  @Test
  void mediaThatBecomeReadyAtOncePublishOnce() throws Exception {
    List<UUID> media = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      media.add(mediaService.add(member, "processing"));
    }
    for (int round = 0; round < 10; round++) {
      UUID id = written("text", "round " + round, "mediaIds", media);
      List<Callable<Object>> news = new ArrayList<>();
      for (UUID one : media) {
        news.add(() -> {
          publishing.mediaChanged(
              List.of(new MediaState(one, member, MediaState.Status.READY, null)), Map.of());
          return null;
        });
      }
      all(news);

      awaitStatus(id, "published");
      awaitSaid(PostPublished.class, id);
      assertThat(said(PostPublished.class, id)).hasSize(1);
      for (int i = 0; i < 4; i++) {
        media.set(i, mediaService.add(member, "processing"));
      }
    }
  }

  @Test
  void aPostAndTheNewsOfItsMediaNeverPassEachOtherBy() throws Exception {
    for (int round = 0; round < 20; round++) {
      UUID media = mediaService.add(member, "processing");
      List<UUID> id = new ArrayList<>();
      all(
          List.of(
              () -> id.add(written("mediaIds", List.of(media))),
              () -> {
                publishing.mediaChanged(
                    List.of(new MediaState(media, member, MediaState.Status.READY, null)),
                    Map.of());
                return null;
              }));

      awaitStatus(id.getFirst(), "published");
    }
  }

  @Test
  void anEditDuringThePublicationIsToldByOneOfTheTwo() throws Exception {
    for (int round = 0; round < 20; round++) {
      UUID media = mediaService.add(member, "processing");
      UUID id = written("text", "Old", "mediaIds", List.of(media));
      all(
          List.of(
              () -> writing.edit(member, id, "New", post -> true),
              () -> {
                publishing.mediaChanged(
                    List.of(new MediaState(media, member, MediaState.Status.READY, null)),
                    Map.of());
                return null;
              }));
      writing.edit(member, id, "Newest", post -> true);

      List<String> edits =
          awaitSaid(PostPublished.class, id).text().equals("New")
              ? List.of("Newest")
              : List.of("New", "Newest");
      await().until(() -> edits(id).containsAll(edits));
      assertThat(edits(id)).containsExactlyInAnyOrderElementsOf(edits);
    }
  }

  @Test
  void ofARejectedMediaTheAuthorLearnsWhyThePostIsNotPublished() {
    UUID media = mediaService.add(member, "processing");
    UUID id = written("text", "Look", "mediaIds", List.of(media));

    say(rejected(media));

    awaitStatus(id, "rejected");
    get(id, token())
        .then()
        .body("rejection.mediaId", equalTo(media.toString()))
        .body("rejection.reason", equalTo("damaged"));
    get(id, stranger).then().statusCode(404);
    assertThat(said(PostPublished.class, id)).isEmpty();
  }

  @Test
  void aRejectionIsFinalInWhateverOrderItIsTold() {
    UUID media = mediaService.add(member, "processing");
    say(rejected(media));
    awaitKnown(media);
    say(ready(media));
    readyMedia(); // by then the one before was heard

    post(fields("mediaIds", List.of(media)))
        .statusCode(400)
        .body("violations.field", hasItem("mediaIds[0]"))
        .body("violations[0].message", equalTo("was rejected: damaged"));
  }

  @Test
  void aScheduledPostIsPublishedWhenItsTimeComes() {
    UUID id = written("text", "Soon", "publishAt", Instant.now().plusSeconds(2).toString());
    get(id, token()).then().body("status", equalTo("scheduled"));
    get(id, stranger).then().statusCode(404);

    awaitStatus(id, "published");

    Instant publishAt = Instant.parse(get(id, token()).jsonPath().getString("publishAt"));
    Instant publishedAt = Instant.parse(get(id, token()).jsonPath().getString("publishedAt"));
    assertThat(publishedAt).isAfterOrEqualTo(publishAt);
    assertThat(awaitSaid(PostPublished.class, id).publishedAt()).isEqualTo(publishedAt);
  }

  @Test
  void aScheduledPostWhoseMediaAreLateWaitsForThem() {
    UUID media = mediaService.add(member, "processing");
    UUID id =
        written("mediaIds", List.of(media), "publishAt", Instant.now().plusSeconds(1).toString());
    awaitStatus(id, "awaiting_media");

    say(ready(media));

    awaitStatus(id, "published");
  }

  @Test
  void mediaThatAreEarlyPublishNoScheduledPostBeforeItsTime() {
    UUID media = mediaService.add(member, "processing");
    UUID id =
        written(
            "mediaIds", List.of(media), "publishAt", Instant.now().plusSeconds(3600).toString());

    say(ready(media));
    awaitKnown(media);

    get(id, token()).then().body("status", equalTo("scheduled"));
  }

  @Test
  void aTimeThatIsPastMeansAtOnce() {
    post(fields("text", "Late", "publishAt", Instant.now().minusSeconds(60).toString()))
        .statusCode(201)
        .body("status", equalTo("published"));
  }

  @Test
  void whenTheMediaServiceCannotBeAskedThePostIsToBeSentAgain() {
    UUID media = mediaService.add(member, "ready");
    String key = newKey();
    mediaService.failing(true);
    try {
      post(fields("mediaIds", List.of(media)), key)
          .statusCode(503)
          .header("Retry-After", notNullValue());
    } finally {
      mediaService.failing(false);
    }

    post(fields("mediaIds", List.of(media)), key).statusCode(201);
  }

  @Test
  void ofAMemberWhoHasLeftNothingStays() {
    UUID published = written("text", "Here");
    UUID scheduled =
        written("text", "Later", "publishAt", Instant.now().plusSeconds(3600).toString());

    say(new MemberClosed(member, Instant.now()));

    await().until(() -> get(published, token()).statusCode() == 404);
    get(scheduled, token()).then().statusCode(404);
    assertThat(awaitSaid(PostDeleted.class, published).authorId()).isEqualTo(member);
    assertThat(said(PostDeleted.class, scheduled)).isEmpty();
    post(fields("text", "Back")).statusCode(404);
  }

  private List<String> edits(UUID id) {
    return said(PostEdited.class, id).stream().map(PostEdited::text).toList();
  }

  private static void all(List<Callable<Object>> work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Object> result : threads.invokeAll(work)) {
        result.get();
      }
    }
  }
}
