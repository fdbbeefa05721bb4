package dev.dotori.outbox;

import dev.dotori.leadership.LeaderOnly;
import dev.dotori.leadership.Leadership;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Sends what the relay did not: rows that a crash left behind, that found the relay's queue full,
 * or that Redis lost.
 *
 * <p>One replica does it, so that not each of them asks the database each second; it would be right
 * with several at once, too, since a page's rows are locked while they are sent and others pass
 * over locked rows. Pages follow one another in id order and the next run goes on where this one
 * ended: rows that cannot be sent do not hold up the rest.
 */
@ApplicationScoped
class Sweeper {

  private static final Logger LOG = Logger.getLogger(Sweeper.class);

  private static final int ROWS_PER_PURGE = 1000;
  private static final int COUNTED_ROWS = 100_000;

  private final OutboxConfig config;
  private final OutboxTable outbox;
  private final InboxTable inbox;
  private final Relay relay;
  private final StreamPublisher publisher;
  private final Epochs epochs;
  private final StreamServer server;
  private final OutboxMeters meters;
  private final Leadership leadership;
  private UUID after = Sql.FIRST_ID;

  Sweeper(
      OutboxConfig config,
      OutboxTable outbox,
      InboxTable inbox,
      Relay relay,
      StreamPublisher publisher,
      Epochs epochs,
      StreamServer server,
      OutboxMeters meters,
      Leadership leadership) {
    this.config = config;
    this.outbox = outbox;
    this.inbox = inbox;
    this.relay = relay;
    this.publisher = publisher;
    this.epochs = epochs;
    this.server = server;
    this.meters = meters;
    this.leadership = leadership;
  }

  @Scheduled(
      identity = "outbox-sweep",
      every = "${dotori.outbox.sweep-every}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @LeaderOnly
  void sweep() {
    try {
      meters.backlog(Transactions.inNew(() -> outbox.backlog(COUNTED_ROWS)));
      int pages = 1;
      while (sweepPage() && pages < config.sweepPages() && leadership.isLeader()) {
        pages++;
      }
    } catch (RuntimeException e) {
      LOG.warnf("unsent events wait for the next sweep: %s", e.getMessage());
    }
  }

  @Scheduled(
      identity = "outbox-purge",
      every = "${dotori.outbox.purge-every}",
      delayed = "${dotori.outbox.purge-every}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @LeaderOnly
  void purge() {
    try {
      purge(() -> outbox.purge(config.retention(), ROWS_PER_PURGE));
      purge(() -> inbox.purge(config.inboxRetention(), ROWS_PER_PURGE));
    } catch (RuntimeException e) {
      LOG.warnf("old events are deleted by a later purge: %s", e.getMessage());
    }
    trimUnread();
  }

  /** A stream that somebody reads is trimmed by its readers, and never before they are done. */
  private void trimUnread() {
    try {
      for (StreamTable.KnownStream stream : epochs.refresh()) {
        while (leadership.isLeader()
            && server.trimUnread(stream.stream(), config.unreadRetention())) {
          // more of the same
        }
      }
    } catch (RuntimeException e) {
      LOG.warnf("streams that nobody reads are trimmed by a later purge: %s", e.getMessage());
    }
  }

  private void purge(Supplier<Integer> deleteSome) {
    // As long as there is more, so that deleting keeps up with writing; but each table in its turn.
    long end = System.nanoTime() + config.purgeEvery().toNanos() / 2;
    // Small transactions, so that no purge holds many locks or makes replicas lag.
    while (leadership.isLeader()
        && Transactions.inNew(deleteSome) == ROWS_PER_PURGE
        && System.nanoTime() < end) {
      // more of the same
    }
  }

  /** Sends one page; says whether another one may follow at once. */
  private boolean sweepPage() {
    Page page = Transactions.inNew(this::sendPage);
    if (page.refused() > 0) {
      epochs.refresh();
    }
    after = page.isLast() ? Sql.FIRST_ID : page.lastId();
    // When Redis takes nothing, a further page would only wait in vain.
    return !page.isLast() && page.sent() > 0;
  }

  /** What became of a page. */
  private record Page(UUID lastId, boolean isLast, int sent, int refused) {}

  private Page sendPage() {
    List<OutboxRow> locked = outbox.lockUnsent(after, config.sweepAfter(), config.page());
    List<OutboxRow> rows = locked.stream().filter(row -> !relay.hasInHand(row.id())).toList();
    // What sends may capture contexts, and must not take the transaction along to other threads.
    List<SentRow> sent = QuarkusTransaction.suspendingExisting().call(() -> sendAll(rows));
    int refused = sent.isEmpty() ? 0 : outbox.mark(sent);
    meters.swept(sent.size());
    return new Page(
        locked.isEmpty() ? Sql.FIRST_ID : locked.getLast().id(),
        locked.size() < config.page(),
        sent.size() + locked.size() - rows.size(),
        refused);
  }

  /** Hands all rows to the channel, then waits; returns those that Redis has taken in time. */
  private List<SentRow> sendAll(List<OutboxRow> rows) {
    Queue<SentRow> taken = new ConcurrentLinkedQueue<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch unanswered = new CountDownLatch(rows.size());
    for (OutboxRow row : rows) {
      publisher.send(
          row,
          sent -> {
            taken.add(sent);
            unanswered.countDown();
          },
          e -> {
            failure.set(e);
            unanswered.countDown();
          });
    }
    await(unanswered, config.sweepTimeout());
    List<SentRow> sent = List.copyOf(taken);
    if (sent.size() < rows.size()) {
      LOG.warnf(
          "%d of %d unsent events could not be sent: %s",
          rows.size() - sent.size(), rows.size(), failure.get());
    }
    return sent;
  }

  /** Waits for the answers; what has not been answered in time stays unsent. */
  private static void await(CountDownLatch unanswered, Duration timeout) {
    try {
      unanswered.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
