package dev.dotori.outbox;

import static dev.dotori.outbox.Examples.UPLOADED;
import static dev.dotori.outbox.Examples.uploaded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.dotori.events.EventFormatException;
import dev.dotori.events.MediaUploaded;
import dev.dotori.local.test.MySqlTestResource;
import dev.dotori.local.test.RedisTestResource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.redis.datasource.stream.StreamMessage;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An event is published if and only if its transaction commits. */
@QuarkusTest
@WithTestResource(MySqlTestResource.class)
@WithTestResource(RedisTestResource.class)
class OutboxTest {

  @Inject Outbox outbox;
  @Inject OutboxTable table;
  @Inject StreamTable streamTable;
  @Inject OutboxConfig config;
  @Inject InboxTable inbox;
  @Inject Relay relay;
  @Inject StreamPublisher publisher;
  @Inject Epochs epochs;
  @Inject Sweeper sweeper;
  @Inject StreamServer server;
  @Inject OutboxMeters meters;
  @Inject MeterRegistry registry;
  @Inject Scheduler scheduler;
  @Inject Streams streams;
  @Inject Rows rows;

  @BeforeEach
  void empty() {
    rows.clear();
    streams.delete(UPLOADED);
  }

  @AfterEach
  void goOn() {
    scheduler.resume();
  }

  @Test
  void aCommittedEventIsOnItsStreamAtOnceInItsEnvelope() {
    MediaUploaded event = uploaded();
    Causation cause =
        new Causation("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "key-1");
    scheduler.pause(); // It is the relay that sends it.

    QuarkusTransaction.requiringNew()
        .run(() -> outbox.addAllCaused(List.of(new Caused(event, cause))));

    await().atMost(Duration.ofSeconds(5)).until(() -> rows.entryIds().size() == 1);
    StreamMessage<String, String, String> entry = streams.messages(UPLOADED).getFirst();
    assertThat(entry.payload())
        .containsEntry("ce_id", rows.eventIds().getFirst())
        .containsEntry("ce_type", "media.uploaded.v1")
        .containsEntry("ce_source", "media")
        .containsEntry("ce_subject", event.mediaId().toString())
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("ce_traceparent", cause.traceParent())
        .containsEntry("ce_idempotencykey", "key-1")
        .containsEntry("content-type", "application/json");
    assertThat(Instant.parse(entry.payload().get("ce_time")))
        .isBetween(Instant.now().minusSeconds(10), Instant.now());
    assertThat(entry.payload().get("data")).contains(event.ownerId().toString());
    assertThat(rows.entryIds()).as("the row holds the entry's id").containsExactly(entry.id());
  }

  @Test
  void anEventOfARolledBackTransactionIsNeverSent() throws InterruptedException {
    assertThatThrownBy(() ->
            QuarkusTransaction.requiringNew()
                .run(() -> {
                  outbox.add(uploaded());
                  throw new IllegalStateException("the rule behind it is broken");
                }))
        .hasMessageContaining("broken");

    Thread.sleep(config.sweepAfter().plus(config.sweepEvery()).plusMillis(500));
    assertThat(streams.entries(UPLOADED)).isEmpty();
    assertThat(rows.outbox()).isZero();
  }

  @Test
  void anEventWithoutATransactionIsRefused() {
    assertThatThrownBy(() -> outbox.add(uploaded())).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anEventThatLacksARequiredFieldIsRefusedBeforeItIsARow() {
    assertThatThrownBy(() ->
            QuarkusTransaction.requiringNew()
                .run(
                    () -> outbox.add(new MediaUploaded(uploaded().mediaId(), null, Instant.now()))))
        .isInstanceOf(EventFormatException.class);
    assertThat(rows.outbox()).isZero();
  }

  @Test
  void manyEventsOfManyTransactionsAreEachSentOnceAndMarked() {
    for (int i = 0; i < 20; i++) {
      QuarkusTransaction.requiringNew()
          .run(() -> {
            outbox.addAll(uploaded(120));
            outbox.add(uploaded());
          });
    }

    await().atMost(Duration.ofSeconds(10)).until(() -> rows.unsent() == 0);
    assertThat(streams.eventIds(UPLOADED))
        .hasSize(20 * 121)
        .containsExactlyInAnyOrderElementsOf(rows.eventIds());
    assertThat(streams.messages(UPLOADED).stream().map(StreamMessage::id))
        .containsExactlyInAnyOrderElementsOf(rows.entryIds());
  }

  @Test
  void whatACrashLeftBetweenCommitAndRelayIsSentByTheSweeper() {
    leaveUnsent(1200);

    await().atMost(Duration.ofSeconds(15)).until(() -> rows.unsent() == 0);
    assertThat(streams.eventIds(UPLOADED))
        .hasSize(1200)
        .containsExactlyInAnyOrderElementsOf(rows.eventIds());
  }

  @Test
  void sweepersShareTheWorkWithoutSendingTwice() throws InterruptedException {
    scheduler.pause();
    leaveUnsent(3000);
    Thread.sleep(config.sweepAfter().plusMillis(200));

    CountDownLatch start = new CountDownLatch(1);
    List<Thread> replicas = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Sweeper replica =
          new Sweeper(config, table, inbox, relay, publisher, epochs, server, meters, () -> true);
      replicas.add(
          Thread.ofPlatform()
              .start(() -> {
                awaitUninterruptibly(start);
                replica.sweep();
              }));
    }
    start.countDown();
    for (Thread replica : replicas) {
      replica.join(Duration.ofSeconds(30));
    }

    assertThat(streams.eventIds(UPLOADED)).doesNotHaveDuplicates();
    scheduler.resume();
    await().atMost(Duration.ofSeconds(10)).until(() -> rows.unsent() == 0);
    assertThat(streams.eventIds(UPLOADED)).containsExactlyInAnyOrderElementsOf(rows.eventIds());
  }

  @Test
  void aMarkOfAnEpochThatIsOverIsRefusedAndTheEventSentAgain() throws InterruptedException {
    pauseScheduler();
    leaveUnsent(1);
    long epoch = epochs.of(UPLOADED);
    SentRow sent =
        new SentRow(
            UUID.fromString(rows.eventIds().getFirst()), UPLOADED, epoch, new EntryId(1, 1));
    // Redis came back without the entry, and a replica noticed, before this one could mark it.
    Transactions.inNew(() -> {
      streamTable.beginEpoch(streamTable.lock(UPLOADED), "another run", 0);
      return null;
    });

    assertThat(Transactions.inNew(() -> table.mark(List.of(sent)))).isOne();
    assertThat(rows.unsent()).isOne();

    scheduler.resume();
    await().atMost(Duration.ofSeconds(15)).until(() -> rows.unsent() == 0);
    // Perhaps twice: the look that finds the run to be another one begins an epoch too.
    assertThat(streams.eventIds(UPLOADED)).isNotEmpty().isSubsetOf(rows.eventIds());
  }

  @Test
  void aRowThatWasSentAnewIsNotTakenForLostByItsOldEntry() throws InterruptedException {
    pauseScheduler();
    leaveUnsent(1);
    UUID id = UUID.fromString(rows.eventIds().getFirst());
    SentRow sent = new SentRow(id, UPLOADED, epochs.of(UPLOADED), new EntryId(7, 2));
    Transactions.inNew(() -> table.mark(List.of(sent)));

    int taken =
        Transactions.inNew(
            () -> table.unmark(List.of(new OutboxTable.Entry(id, new EntryId(7, 1)))));

    assertThat(taken).isZero();
    assertThat(rows.entryIds()).containsExactly("7-2");
    assertThat(
            Transactions.inNew(
                () -> table.unmark(List.of(new OutboxTable.Entry(id, new EntryId(7, 2))))))
        .isOne();
    assertThat(rows.unsent()).isOne();
  }

  @Test
  void aPageOfTheAuditEndsWhereTheNextBeginsThoughManyEntriesShareATime()
      throws InterruptedException {
    pauseScheduler();
    leaveUnsent(5);
    List<SentRow> sent = new ArrayList<>();
    for (String id : rows.eventIds()) {
      EntryId entry = new EntryId(7, sent.size());
      sent.add(new SentRow(UUID.fromString(id), UPLOADED, epochs.of(UPLOADED), entry));
    }
    Transactions.inNew(() -> table.mark(sent));

    List<OutboxTable.Entry> first =
        Transactions.inNew(() -> table.sentSince(UPLOADED, 6, Sql.FIRST_ID, 3));
    List<OutboxTable.Entry> second =
        Transactions.inNew(() -> table.sentSince(UPLOADED, 7, first.getLast().id(), 3));

    assertThat(first).hasSize(3);
    assertThat(second).hasSize(2);
    assertThat(Stream.concat(first.stream(), second.stream()).map(OutboxTable.Entry::entry))
        .containsExactlyElementsOf(sent.stream().map(SentRow::entry).toList());
    assertThat(Transactions.inNew(() -> table.sentSince("media.ready", 6, Sql.FIRST_ID, 3)))
        .as("of that stream only")
        .isEmpty();
  }

  @Test
  void sentRowsAreDeletedWhenTheirRetentionIsOverAndUnsentOnesNever() {
    scheduler.pause();
    leaveUnsent(3);
    QuarkusTransaction.requiringNew().run(() -> outbox.addAll(uploaded(2)));
    await().until(() -> rows.unsent() == 3);
    rows.execute("UPDATE outbox SET entry_ms = entry_ms - 86400000 WHERE entry_ms IS NOT NULL");
    rows.execute("UPDATE outbox SET created_at = created_at - INTERVAL 3 DAY");

    assertThat(Transactions.inNew(() -> table.purge(Duration.ofHours(25), 1000))).isZero();
    assertThat(Transactions.inNew(() -> table.purge(Duration.ofHours(23), 1))).isOne();
    assertThat(Transactions.inNew(() -> table.purge(Duration.ofHours(23), 1000))).isOne();
    assertThat(rows.outbox()).isEqualTo(3);
  }

  @Test
  void aStreamThatNobodyReadsIsTrimmedAndOneWithAGroupIsLeftToIt() throws InterruptedException {
    QuarkusTransaction.requiringNew().run(() -> outbox.addAll(uploaded(300)));
    await().atMost(Duration.ofSeconds(5)).until(() -> streams.entries(UPLOADED).size() == 300);
    Thread.sleep(5); // Older than a retention of 1 ms by the server's clock.

    server.trimUnread(UPLOADED, Duration.ofHours(1));
    assertThat(streams.entries(UPLOADED).size()).as("young").isEqualTo(300);

    streams.addGroup(UPLOADED, "readers");
    server.trimUnread(UPLOADED, Duration.ofMillis(1));
    assertThat(streams.entries(UPLOADED).size()).as("read by a group").isEqualTo(300);

    streams.removeGroup(UPLOADED, "readers");
    server.trimUnread(UPLOADED, Duration.ofMillis(1));
    assertThat(streams.entries(UPLOADED).size())
        .as("less than one of Redis's nodes")
        .isLessThan(100);
  }

  @Test
  void aPurgeGoesOnUntilNothingIsLeftToDelete() {
    scheduler.pause();
    QuarkusTransaction.requiringNew().run(() -> outbox.addAll(uploaded(2_500)));
    await().atMost(Duration.ofSeconds(20)).until(() -> rows.unsent() == 0);
    rows.execute("UPDATE outbox SET entry_ms = entry_ms - 2 * 86400000");

    sweeper.purge();

    assertThat(rows.outbox()).isZero();
  }

  @Test
  void theBacklogShowsInTheGauges() throws InterruptedException {
    scheduler.pause();
    leaveUnsent(7);
    Thread.sleep(1200);

    meters.backlog(Transactions.inNew(() -> table.backlog(100)));

    assertThat(registry.get("dotori.outbox.unsent").gauge().value()).isEqualTo(7);
    assertThat(registry.get("dotori.outbox.oldest.unsent.age").gauge().value())
        .isBetween(1.0, 60.0);
    assertThat(Transactions.inNew(() -> table.backlog(5)).rows()).isEqualTo(5);
  }

  /** Pauses the sweeper and the watch, and waits until what they were doing is done. */
  private void pauseScheduler() throws InterruptedException {
    scheduler.pause();
    List<StreamTable.KnownStream> before;
    List<StreamTable.KnownStream> now = epochs.refresh();
    do {
      before = now;
      Thread.sleep(500);
      now = epochs.refresh();
    } while (!now.equals(before));
  }

  /** Commits rows that no relay knows of, as a crash right after the commit leaves them. */
  private void leaveUnsent(int count) {
    Transactions.inNew(() -> {
      table.insert(
          uploaded(count).stream()
              .map(event -> outbox.row(new Caused(event, new Causation(null, null)), Instant.now()))
              .toList());
      return null;
    });
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
