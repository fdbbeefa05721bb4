package dev.dotori.outbox;

import dev.dotori.events.DomainEvent;
import dev.dotori.events.Event;
import dev.dotori.events.EventCodec;
import dev.dotori.events.EventFormatException;
import dev.dotori.redisstreams.IncomingRedisStreamBatchMetadata;
import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.reactive.messaging.ce.CloudEventMetadata;
import io.smallrye.reactive.messaging.ce.IncomingCloudEventMetadata;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Applies the events of a channel, each exactly once.
 *
 * <p>A batch is one transaction: the handler's effects and the events' ids in the inbox commit
 * together, then the entries are acknowledged. When that fails, each event is applied alone in a
 * transaction of its own, so that one bad event neither holds up nor undoes its neighbours; what
 * fails alone is left to the channel's failure strategy. While the database cannot be reached,
 * nothing is given up: the batch waits, and with it the channel.
 *
 * <p>Expects READ COMMITTED ({@code
 * quarkus.datasource.jdbc.transaction-isolation-level=read-committed}): under MySQL's default,
 * batches that write rows next to each other's lock each other out.
 *
 * <p>A batch of one runs with the {@link Causation} of its event. A handler of several events names
 * the cause of each event that it publishes: {@link Caused}.
 */
@ApplicationScoped
public class EventConsumer {

  private static final Logger LOG = Logger.getLogger(EventConsumer.class);

  private static final Duration FIRST_OUTAGE_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_OUTAGE_PAUSE = Duration.ofSeconds(5);
  private static final int PROBE_SECONDS = 2;

  /** How often a batch may lose its connection while the database answers others. */
  private static final int LOST_CONNECTIONS = 5;

  private final InboxTable inbox;
  private final DataSource database;
  private final OutboxMeters meters;
  private final EventCodec codec = new EventCodec();
  private final CountDownLatch stopping = new CountDownLatch(1);

  EventConsumer(InboxTable inbox, DataSource database, OutboxMeters meters) {
    this.inbox = inbox;
    this.database = database;
    this.meters = meters;
  }

  /**
   * Applies a batch with the inbox: an event whose effect is there already does not reach the
   * handler. Blocks until every entry was acked or nacked.
   *
   * @param batch of a channel with {@code batch=true}
   * @param type the events that the channel carries; any other goes to the dead letters
   * @return complete: what an {@code @Incoming} method with manual acknowledgement returns
   */
  public <T extends DomainEvent> CompletionStage<Void> consume(
      Message<List<byte[]>> batch, Class<T> type, BatchHandler<T> handler) {
    return consume(batch, type, handler, true);
  }

  /**
   * Applies a batch without inbox rows, for a handler that is idempotent by a unique key of its
   * own: it may be given an event whose effect is there already. Blocks until every entry was acked
   * or nacked.
   *
   * @param batch of a channel with {@code batch=true}
   * @param type the events that the channel carries; any other goes to the dead letters
   * @return complete: what an {@code @Incoming} method with manual acknowledgement returns
   */
  public <T extends DomainEvent> CompletionStage<Void> consumeIdempotent(
      Message<List<byte[]>> batch, Class<T> type, BatchHandler<T> handler) {
    return consume(batch, type, handler, false);
  }

  private <T extends DomainEvent> CompletionStage<Void> consume(
      Message<List<byte[]>> batch, Class<T> type, BatchHandler<T> handler, boolean withInbox) {
    List<Delivery<T>> deliveries = decodeAll(batch, type);
    if (!deliveries.isEmpty()) {
      consumeTogether(deliveries, handler, withInbox);
    }
    return CompletableFuture.completedStage(null);
  }

  private <T extends DomainEvent> void consumeTogether(
      List<Delivery<T>> all, BatchHandler<T> handler, boolean withInbox) {
    try {
      applyWhenReachable(all, handler, withInbox);
      all.forEach(Delivery::ack);
    } catch (Exception e) {
      if (all.size() == 1) {
        all.getFirst().nack(e);
      } else {
        LOG.debugf(e, "a batch of %d failed; each event is applied alone", all.size());
        all.forEach(delivery -> consumeAlone(delivery, handler, withInbox));
      }
    }
  }

  private <T extends DomainEvent> void consumeAlone(
      Delivery<T> delivery, BatchHandler<T> handler, boolean withInbox) {
    try {
      applyWhenReachable(List.of(delivery), handler, withInbox);
    } catch (Exception e) {
      delivery.nack(e);
      return;
    }
    delivery.ack();
  }

  /** The batch's events in the stream's order, each once; what cannot be read is nacked here. */
  private <T extends DomainEvent> List<Delivery<T>> decodeAll(
      Message<List<byte[]>> batch, Class<T> type) {
    Map<UUID, Delivery<T>> deliveries = new LinkedHashMap<>();
    for (Message<byte[]> entry : entries(batch)) {
      try {
        Event<T> event = decode(entry, type);
        deliveries
            .computeIfAbsent(event.id(), id -> new Delivery<>(event, group(entry)))
            .entries
            .add(entry);
      } catch (EventFormatException e) {
        settle(entry.nack(new PermanentFailureException(e.getMessage(), e)), "nack");
      }
    }
    return List.copyOf(deliveries.values());
  }

  private static List<? extends Message<byte[]>> entries(Message<List<byte[]>> batch) {
    return batch
        .getMetadata(IncomingRedisStreamBatchMetadata.class)
        .orElseThrow(
            () -> new IllegalArgumentException("the channel must have the attribute batch=true"))
        .entries();
  }

  private <T extends DomainEvent> Event<T> decode(Message<byte[]> entry, Class<T> type) {
    IncomingCloudEventMetadata<?> event =
        entry
            .getMetadata(IncomingCloudEventMetadata.class)
            .orElseThrow(() -> new EventFormatException("the entry is no CloudEvent"));
    return codec.decode(
        event.getId(),
        event.getType(),
        event.getTimeStamp().map(DateTimeFormatter.ISO_OFFSET_DATE_TIME::format).orElse(null),
        extension(event, EventCodec.TRACE_PARENT),
        extension(event, EventCodec.IDEMPOTENCY_KEY),
        entry.getPayload(),
        type);
  }

  private static String extension(CloudEventMetadata<?> event, String name) {
    return event.getExtension(name).map(Object::toString).orElse(null);
  }

  private static String group(Message<byte[]> entry) {
    return entry.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow().group();
  }

  /** Applies events; while the database is gone or just back, waits and tries again. */
  private <T extends DomainEvent> void applyWhenReachable(
      List<Delivery<T>> deliveries, BatchHandler<T> handler, boolean withInbox) throws Exception {
    Duration pause = FIRST_OUTAGE_PAUSE;
    int lostConnections = 0;
    while (true) {
      try {
        apply(deliveries, handler, withInbox);
        return;
      } catch (Exception e) {
        if (isDatabaseReachable()) {
          // After an outage the pool still holds connections that are no more. But a statement that
          // makes the server hang up each time is the event's fault.
          lostConnections++;
          if (!Transactions.isConnectionFailure(e) || lostConnections > LOST_CONNECTIONS) {
            throw e;
          }
        }
        LOG.warnf("the database is out of reach; %d events wait: %s", deliveries.size(), e);
        if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          throw e;
        }
        pause = longer(pause);
      }
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_OUTAGE_PAUSE) < 0 ? twice : LONGEST_OUTAGE_PAUSE;
  }

  private <T extends DomainEvent> void apply(
      List<Delivery<T>> deliveries, BatchHandler<T> handler, boolean withInbox) throws Exception {
    Transactions.inNew(
        () -> {
          List<Event<T>> events = withInbox ? claim(deliveries) : events(deliveries);
          if (!events.isEmpty()) {
            handle(events, handler);
          }
          return null;
        },
        meters::conflict);
  }

  private <T extends DomainEvent> List<Event<T>> claim(List<Delivery<T>> deliveries) {
    List<Event<T>> events = events(deliveries);
    Set<UUID> isNew =
        inbox.claim(deliveries.getFirst().group, events.stream().map(Event::id).toList());
    meters.duplicates(events.size() - isNew.size());
    return events.stream().filter(event -> isNew.contains(event.id())).toList();
  }

  private static <T extends DomainEvent> List<Event<T>> events(Collection<Delivery<T>> deliveries) {
    return deliveries.stream().map(delivery -> delivery.event).toList();
  }

  private static <T extends DomainEvent> void handle(List<Event<T>> events, BatchHandler<T> handler)
      throws Exception {
    Causation cause =
        events.size() == 1 ? Causation.of(events.getFirst()) : new Causation(null, null);
    try (Causation.Active _ = cause.activate()) {
      handler.handle(events);
    }
  }

  private boolean isDatabaseReachable() {
    try (Connection connection = database.getConnection()) {
      return connection.isValid(PROBE_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }

  // Early in the shutdown, so that what waits for the database is handed back to the stream.
  void stop(@Observes @Priority(Integer.MIN_VALUE) ShutdownEvent event) {
    stopping.countDown();
  }

  private static void settle(CompletionStage<Void> stage, String what) {
    stage.whenComplete((done, failure) -> {
      if (failure != null) {
        LOG.warnf("an %s failed; the entry will be delivered again: %s", what, failure);
      }
    });
  }

  /** An event and the entries of the batch that carry it: more than one when it was sent twice. */
  private static final class Delivery<T extends DomainEvent> {

    private final Event<T> event;
    private final String group;
    private final List<Message<byte[]>> entries = new ArrayList<>(1);

    Delivery(Event<T> event, String group) {
      this.event = event;
      this.group = group;
    }

    void ack() {
      entries.forEach(entry -> settle(entry.ack(), "ack"));
    }

    void nack(Exception failure) {
      entries.forEach(entry -> settle(entry.nack(failure), "nack"));
    }
  }
}
