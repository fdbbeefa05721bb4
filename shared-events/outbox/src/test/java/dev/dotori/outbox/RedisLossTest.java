package dev.dotori.outbox;

import static dev.dotori.outbox.Examples.UPLOADED;
import static dev.dotori.outbox.Examples.uploaded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.local.servers.RedisServer;
import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to Redis, each committed event is on its stream in the end. */
@QuarkusTest
@WithTestResource(MySqlTestResource.class)
@WithTestResource(RedisTestResource.class)
class RedisLossTest {

  private static final Duration RECOVERY = Duration.ofSeconds(30);

  RedisServer server;

  @Inject Outbox outbox;
  @Inject OutboxConfig config;
  @Inject Scheduler scheduler;
  @Inject RedisDataSource redis;
  @Inject Streams streams;
  @Inject Rows rows;

  private Path data;

  @BeforeEach
  void empty() {
    scheduler.resume();
    awaitRedis();
    data = Path.of(redis.execute("CONFIG", "GET", "dir").get("dir").toString());
    await().atMost(RECOVERY).until(() -> rows.unsent() == 0);
    rows.clear();
    streams.flushAll();
    publish(1);
    await().atMost(RECOVERY).until(this::isWatched);
  }

  @AfterEach
  void goOn() {
    scheduler.resume();
  }

  @Test
  void whatIsCommittedWhileRedisIsDownIsSentWhenItIsBack() {
    server.kill();
    publish(50);
    server.restart();
    publish(50);

    await().atMost(RECOVERY).until(() -> rows.unsent() == 0);
    assertNothingIsMissing();
  }

  @Test
  void aRedisThatComesBackEmptyGetsEverythingAgain() {
    publish(300);
    await().atMost(RECOVERY).until(() -> rows.unsent() == 0);

    server.restartEmpty();

    await().atMost(RECOVERY).until(() -> streams.eventIds(UPLOADED).size() >= 301);
    assertNothingIsMissing();
    assertNothingIsTwice();
  }

  @Test
  void anEmptyRedisThatHasNewEntriesAlreadyStillGetsTheOldOnes() {
    publish(300);
    await().atMost(RECOVERY).until(() -> rows.unsent() == 0);

    scheduler.pause();
    server.restartEmpty();
    publishUntilRelayed(40);
    scheduler.resume();

    await().atMost(RECOVERY).until(() -> streams.eventIds(UPLOADED).size() >= 341);
    assertNothingIsMissing();
    assertNothingIsTwice();
  }

  @Test
  void aRedisThatComesBackBehindGetsJustWhatItLost(@TempDir Path backup) throws Exception {
    publish(200);
    await().atMost(RECOVERY).until(this::isWatched);
    saveFiles(backup);
    int kept = streams.eventIds(UPLOADED).size();
    publish(100);
    await().atMost(RECOVERY).until(() -> rows.unsent() == 0);

    server.kill();
    restoreFiles(backup);
    server.restart();

    await().atMost(RECOVERY).until(() -> streams.eventIds(UPLOADED).size() >= 301);
    assertNothingIsMissing();
    assertNothingIsTwice();
    assertThat(kept).isEqualTo(201);
  }

  @Test
  void aGapThatNewEntriesHideIsFilled(@TempDir Path backup) throws Exception {
    publish(200);
    await().atMost(RECOVERY).until(this::isWatched);
    saveFiles(backup);
    publish(100);
    await().atMost(RECOVERY).until(() -> rows.unsent() == 0);
    // The watermark in Redis moves on past what will be lost, as it would in a real run.
    await().atMost(RECOVERY).until(this::isWatched);

    scheduler.pause();
    server.kill();
    restoreFiles(backup);
    server.restart();
    publishUntilRelayed(50);
    String last = streams.messages(UPLOADED).getLast().id();
    assertThat(EntryId.parse(last))
        .as("the gap is hidden: the stream's last id is beyond all that was lost")
        .isGreaterThan(EntryId.parse(rows.entryIds().get(300)));
    scheduler.resume();

    await().atMost(RECOVERY).until(() -> streams.eventIds(UPLOADED).size() >= 351);
    assertNothingIsMissing();
    assertNothingIsTwice();
  }

  @Test
  void aStreamThatWasDeletedIsFilledAgain() {
    publish(100);
    await().atMost(RECOVERY).until(this::isWatched);

    streams.delete(UPLOADED);

    await().atMost(RECOVERY).until(() -> streams.eventIds(UPLOADED).size() >= 101);
    assertNothingIsMissing();
    assertNothingIsTwice();
  }

  @Test
  void aRedisThatWasEmptiedWhileItRanIsFilledAgainThoughNewEntriesHideIt() {
    publish(100);
    await().atMost(RECOVERY).until(this::isWatched);

    scheduler.pause();
    streams.flushAll();
    publishUntilRelayed(10);
    scheduler.resume();

    await().atMost(RECOVERY).until(() -> streams.eventIds(UPLOADED).size() >= 111);
    assertNothingIsMissing();
    assertNothingIsTwice();
  }

  @Test
  void aRestartThatLosesNothingSendsNothingAgain() throws InterruptedException {
    publish(200);
    await().atMost(RECOVERY).until(() -> rows.unsent() == 0);
    List<String> before = rows.entryIds();

    server.restart();

    await().atMost(RECOVERY).ignoreExceptions().until(this::isWatched);
    Thread.sleep(config.sweepAfter().plus(config.sweepEvery()).toMillis());
    assertThat(rows.entryIds()).isEqualTo(before);
    assertNothingIsMissing();
    assertNothingIsTwice();
  }

  @Test
  void aRedisThatFallsBackUnderLoadLosesNothingInTheEnd(@TempDir Path backup) throws Exception {
    AtomicBoolean goOn = new AtomicBoolean(true);
    List<Thread> publishers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      publishers.add(
          Thread.ofPlatform()
              .start(() -> {
                while (goOn.get()) {
                  publish(5);
                }
              }));
    }

    for (int fallback = 0; fallback < 2; fallback++) {
      saveFiles(backup);
      Thread.sleep(1500);
      server.kill();
      restoreFiles(backup);
      server.restart();
      Thread.sleep(1500);
    }
    goOn.set(false);
    for (Thread publisher : publishers) {
      publisher.join();
    }

    await().atMost(RECOVERY).until(() -> rows.unsent() == 0 && rows.audits() == 0);
    await().atMost(RECOVERY).untilAsserted(this::assertNothingIsMissing);
    assertThat(rows.outbox()).as("there was load").isGreaterThan(500);
  }

  private void publish(int count) {
    QuarkusTransaction.requiringNew().run(() -> outbox.addAll(uploaded(count)));
  }

  /** Publishes by the relay alone: the sweeper is paused. */
  private void publishUntilRelayed(int count) {
    awaitRedis();
    long sent = rows.entryIds().size();
    publish(count);
    await().atMost(RECOVERY).until(() -> rows.entryIds().size() >= sent + count);
  }

  /** Whether the last look at the stream found nothing wrong and all that was sent by then. */
  private boolean isWatched() {
    String watermark = redis.value(String.class).get("dotori:{media.uploaded}:outbox");
    return rows.unsent() == 0
        && rows.audits() == 0
        && watermark != null
        && watermark.equals(rows.entryIds().getLast());
  }

  private void assertNothingIsMissing() {
    Set<String> missing = new HashSet<>(rows.eventIds());
    streams.eventIds(UPLOADED).forEach(missing::remove);
    assertThat(missing).isEmpty();
  }

  private void assertNothingIsTwice() {
    assertThat(streams.eventIds(UPLOADED)).doesNotHaveDuplicates();
  }

  private void awaitRedis() {
    await().atMost(RECOVERY).ignoreExceptions().until(() -> redis.execute("PING") != null);
  }

  /** Copies what is on the disk once it is all there: it is flushed every second. */
  private void saveFiles(Path backup) throws Exception {
    Thread.sleep(2100);
    copy(data, backup);
  }

  private void restoreFiles(Path backup) throws IOException {
    copy(backup, data);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from).sorted(Comparator.naturalOrder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (isData(from.relativize(file))) {
          Path target = to.resolve(from.relativize(file).toString());
          Files.createDirectories(target.getParent());
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static boolean isData(Path file) {
    return file.toString().contains("appendonly");
  }
}
