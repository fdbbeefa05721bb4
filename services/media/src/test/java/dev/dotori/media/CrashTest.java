package dev.dotori.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.api.Ids;
import dev.dotori.events.MediaReady;
import dev.dotori.events.MediaUploaded;
import dev.dotori.local.servers.RedisServer;
import dev.dotori.media.bucket.Bucket;
import dev.dotori.media.file.Announcement;
import dev.dotori.media.file.Keys;
import dev.dotori.media.file.Manifest;
import dev.dotori.media.file.Manifests;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What holds when processes die between two steps, events come twice, and requests meet. */
@QuarkusTest
class CrashTest extends MediaServiceTest {

  @Inject Bucket bucket;
  @Inject Manifests manifests;

  RedisServer redisServer;

  @Test
  void anEventThatACrashLeftUnsentIsSent() {
    UUID id = uploaded(Images.png(10, 10));
    // All that complete does before it sends: then the process is gone.
    Announcement announcement = announcement();
    bucket.mark(Keys.unsent(announcement.eventId(), id));
    bucket.mark(Keys.unchecked(id));
    manifests.change(id, before -> before.processing(announcement));

    awaitStatus(id, "ready");

    assertThat(said(MediaUploaded.class, id).getFirst())
        .containsEntry("ce_id", announcement.eventId().toString());
    await().until(() -> said(MediaReady.class, id).size() == 1);
    await().until(() -> bucket.list(Keys.OUTBOX, null, 100).isEmpty());
  }

  @Test
  void anEventWhoseStateWasNeverWrittenIsNotSent() throws InterruptedException {
    UUID id = uploaded(Images.png(10, 10));
    Announcement announcement = announcement();
    bucket.mark(Keys.unsent(announcement.eventId(), id));

    // A later one is swept after it.
    UUID later = uploaded(Images.png(10, 10));
    Announcement told = announcement();
    bucket.mark(Keys.unsent(told.eventId(), later));
    manifests.change(later, before -> before.processing(told));
    awaitStatus(later, "ready");

    assertThat(said(MediaUploaded.class, id)).isEmpty();
    assertThat(get(id, token()).jsonPath().getString("status")).isEqualTo("awaiting_upload");
    bucket.delete(Keys.unsent(announcement.eventId(), id));
  }

  @Test
  void anUploadWhoseEventRedisLostIsCheckedAllTheSame() {
    UUID id = uploaded(Images.png(10, 10));
    // The event was sent, so its marker is gone, and Redis forgot it.
    bucket.mark(Keys.unchecked(id));
    manifests.change(id, before -> before.processing(announcement()));

    awaitStatus(id, "ready");
    await().until(() -> bucket.list(Keys.unchecked(id), null, 1).isEmpty());
  }

  @Test
  void anUploadThatIsToldAgainIsNotCheckedAgain() {
    UUID id = uploadReady("image/png", Images.png(10, 10));
    await().until(() -> said(MediaReady.class, id).size() == 1);
    Manifest before = manifests.find(id).orElseThrow();

    say(new MediaUploaded(id, member, Instant.now()));
    say(new MediaUploaded(id, member, Instant.now()));
    uploadReady("image/png", Images.png(12, 12)); // by then the two were heard

    assertThat(manifests.find(id).orElseThrow()).isEqualTo(before);
    assertThat(said(MediaReady.class, id)).hasSize(1);
  }

  @Test
  void anUploadOfAFileThatIsGoneIsNoTrouble() {
    say(new MediaUploaded(UUID.randomUUID(), member, Instant.now()));

    uploadReady("image/png", Images.png(10, 10));
  }

  @Test
  void changesThatMeetAreAllMade() throws Exception {
    UUID id = uploadReady("image/png", Images.png(10, 10));
    List<Callable<Object>> changes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      UUID post = UUID.randomUUID();
      changes.add(() -> manifests.change(id, manifest -> manifest.shownBy(post)));
    }

    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Object> change : threads.invokeAll(changes)) {
        change.get();
      }
    }

    assertThat(manifests.find(id).orElseThrow().posts()).hasSize(20);
  }

  @Test
  void whileRedisIsAwayUploadsAreTakenAndCheckedLater() {
    byte[] photo = Images.png(10, 10);
    JsonPath announced = announce("image/png", photo);
    put(announced, photo);
    UUID id = announced.getUUID("id");

    redisServer.kill();
    try {
      complete(id).then().statusCode(202);
    } finally {
      redisServer.restart();
    }

    awaitStatus(id, "ready");
    await().until(() -> !said(MediaReady.class, id).isEmpty());
  }

  /** A file whose bytes are there, which nobody has said. */
  private UUID uploaded(byte[] file) {
    JsonPath announced = announce("image/png", file);
    put(announced, file);
    return announced.getUUID("id");
  }

  private static Announcement announcement() {
    return new Announcement(Ids.next(), Instant.now(), null, null);
  }
}
