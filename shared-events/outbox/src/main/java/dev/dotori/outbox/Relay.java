package dev.dotori.outbox;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Sends what has just been committed, without reading it back.
 *
 * <p>Two threads: one hands rows to the channel as fast as Redis answers, the other marks what was
 * taken, many rows in a statement. Nothing here has to succeed: what is dropped, fails or is lost
 * with the process stays unsent in the table, where the sweeper finds it.
 */
@ApplicationScoped
class Relay {

  private static final Logger LOG = Logger.getLogger(Relay.class);

  /** How long shutdown waits for marks; what is not marked is only sent once more. */
  private static final Duration LAST_MARKS = Duration.ofSeconds(2);

  private final OutboxConfig config;
  private final StreamPublisher publisher;
  private final OutboxTable table;
  private final Epochs epochs;
  private final OutboxMeters meters;

  private final BlockingQueue<OutboxRow> waiting;
  private final BlockingQueue<SentRow> sent;
  private final Semaphore inFlight;
  // Rows from the moment they are offered until they are marked: the sweeper leaves them alone.
  private final Set<UUID> inHand = ConcurrentHashMap.newKeySet();
  private volatile boolean running;
  private List<Thread> threads = List.of();

  Relay(
      OutboxConfig config,
      StreamPublisher publisher,
      OutboxTable table,
      Epochs epochs,
      OutboxMeters meters) {
    this.config = config;
    this.publisher = publisher;
    this.table = table;
    this.epochs = epochs;
    this.meters = meters;
    this.waiting = new LinkedBlockingQueue<>(config.queue());
    this.sent = new LinkedBlockingQueue<>();
    this.inFlight = new Semaphore(config.inFlight());
  }

  /** Takes rows whose transaction has committed. Never blocks; what finds no room is left. */
  void offer(Collection<OutboxRow> rows) {
    if (!running) {
      return;
    }
    for (OutboxRow row : rows) {
      inHand.add(row.id());
      if (!waiting.offer(row)) {
        inHand.remove(row.id());
        meters.leftToSweeper();
      }
    }
  }

  /** Whether the relay is about to send a row, or to mark it. */
  boolean hasInHand(UUID row) {
    return inHand.contains(row);
  }

  // Right after the channels are connected, before requests are served.
  void start(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE + 1) StartupEvent event) {
    running = true;
    threads =
        List.of(
            Thread.ofPlatform().daemon().name("outbox-relay").start(this::sendAll),
            Thread.ofPlatform().daemon().name("outbox-marks").start(this::markAll));
  }

  // After the connector has drained its channels: what it has sent by then is marked.
  void stop(@Observes @Priority(Integer.MIN_VALUE + 200) ShutdownEvent event)
      throws InterruptedException {
    long end = System.nanoTime() + LAST_MARKS.toNanos();
    while (!inHand.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    running = false;
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join(LAST_MARKS);
    }
  }

  private void sendAll() {
    while (running) {
      OutboxRow row = null;
      try {
        row = waiting.take();
        inFlight.acquire();
        send(row);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        inFlight.release();
        leave(row, e);
      }
    }
  }

  private void send(OutboxRow row) {
    publisher.send(
        row,
        taken -> {
          inFlight.release();
          meters.relayed();
          sent.add(taken);
        },
        failure -> {
          inFlight.release();
          leave(row, failure);
        });
  }

  private void leave(OutboxRow row, Throwable failure) {
    inHand.remove(row.id());
    meters.leftToSweeper();
    LOG.debugf(failure, "event %s is left to the sweeper", row.id());
  }

  private void markAll() {
    List<SentRow> batch = new ArrayList<>();
    while (running) {
      batch.clear();
      try {
        batch.add(sent.take());
        collect(batch);
        mark(batch);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.warnf("%d sent events are not marked and will be sent again: %s", batch.size(), e);
      } finally {
        batch.forEach(row -> inHand.remove(row.id()));
      }
    }
  }

  private void collect(List<SentRow> batch) throws InterruptedException {
    long end = System.nanoTime() + config.markDelay().toNanos();
    while (batch.size() < config.page()) {
      sent.drainTo(batch, config.page() - batch.size());
      long left = end - System.nanoTime();
      if (batch.size() >= config.page() || left <= 0) {
        return;
      }
      SentRow next = sent.poll(left, TimeUnit.NANOSECONDS);
      if (next != null) {
        batch.add(next);
      }
    }
  }

  private void mark(List<SentRow> batch) {
    int refused = Transactions.inNew(() -> table.mark(batch));
    if (refused > 0) {
      epochs.refresh();
    }
  }
}
