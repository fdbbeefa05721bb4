package dev.dotori.outbox;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import dev.dotori.events.DomainEvent;
import dev.dotori.events.EventCodec;
import dev.dotori.events.EventFormatException;
import dev.dotori.events.EventTypes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Publishes events together with the change that made them true.
 *
 * <p>An event is a row in the caller's transaction: if that is rolled back, there was no event; if
 * it commits, the event reaches its stream at least once, at once in general, and after a crash of
 * this process or of Redis within seconds of their return.
 */
@ApplicationScoped
public class Outbox {

  /** A subject is a column of this many characters. */
  private static final int SUBJECT_LENGTH = 255;

  private final TransactionSynchronizationRegistry transactions;
  private final OutboxTable table;
  private final Relay relay;
  private final EventCodec codec = new EventCodec();
  private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

  Outbox(TransactionSynchronizationRegistry transactions, OutboxTable table, Relay relay) {
    this.transactions = transactions;
    this.table = table;
    this.relay = relay;
  }

  /**
   * Publishes an event, caused by the request or event that the current thread works on.
   *
   * @throws IllegalStateException without an active transaction
   * @throws EventFormatException when the event lacks a required field
   */
  public void add(DomainEvent event) {
    addAll(List.of(event));
  }

  /**
   * Publishes events, caused by the request or event that the current thread works on. All of them
   * are written with one statement.
   *
   * @throws IllegalStateException without an active transaction
   * @throws EventFormatException when an event lacks a required field
   */
  public void addAll(List<? extends DomainEvent> events) {
    Causation cause = Causation.current();
    addAllCaused(events.stream().map(event -> new Caused(event, cause)).toList());
  }

  /**
   * Publishes events, each with its own cause: for handlers that work on many events at once.
   *
   * @throws IllegalStateException without an active transaction
   * @throws EventFormatException when an event lacks a required field
   */
  public void addAllCaused(List<Caused> events) {
    if (transactions.getTransactionStatus() != Status.STATUS_ACTIVE) {
      throw new IllegalStateException(
          "events are published within the transaction that makes them true; none is active");
    }
    if (events.isEmpty()) {
      return;
    }
    // The precision of the column, so that a row sent by the sweeper says the same.
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    List<OutboxRow> rows = events.stream().map(event -> row(event, now)).toList();
    table.insert(rows);
    relayAfterCommit(rows);
  }

  OutboxRow row(Caused caused, Instant now) {
    DomainEvent event = caused.event();
    String subject = event.subject();
    if (subject.length() > SUBJECT_LENGTH) {
      throw new EventFormatException("a subject has at most " + SUBJECT_LENGTH + " characters");
    }
    return new OutboxRow(
        ids.generate(),
        EventTypes.nameOf(event.getClass()),
        EventTypes.sourceOf(event.getClass()),
        subject,
        now,
        caused.cause().traceParent(),
        caused.cause().idempotencyKey(),
        codec.encode(event));
  }

  private void relayAfterCommit(List<OutboxRow> rows) {
    Committed committed = (Committed) transactions.getResource(Committed.class);
    if (committed == null) {
      committed = new Committed(relay);
      transactions.putResource(Committed.class, committed);
      transactions.registerInterposedSynchronization(committed);
    }
    committed.rows.addAll(rows);
  }

  /** What a transaction published, for the relay as soon as it has committed. */
  private static final class Committed implements Synchronization {

    private final Relay relay;
    private final List<OutboxRow> rows = new ArrayList<>();

    Committed(Relay relay) {
      this.relay = relay;
    }

    @Override
    public void beforeCompletion() {}

    @Override
    public void afterCompletion(int status) {
      // An outcome that is not known for sure is left to the sweeper, which sees what is there.
      if (status == Status.STATUS_COMMITTED) {
        relay.offer(rows);
      }
    }
  }
}
