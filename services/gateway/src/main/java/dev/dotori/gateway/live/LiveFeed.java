package dev.dotori.gateway.live;

import dev.dotori.events.EventCodec;
import dev.dotori.gateway.GatewayConfig;
import dev.dotori.gateway.problem.Refusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisAPI;
import io.vertx.redis.client.Response;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Reads the services' streams as they grow, once for this replica however many members listen, and
 * tells each what concerns them. It is in no group: it takes nothing from anyone, and a replica
 * that comes or goes leaves nothing behind in Redis.
 *
 * <p>Streams are asked a few times a second and not waited on: such commands are of one key each,
 * so they work on a single server, behind Sentinel and on a cluster, share the connections of the
 * limiter, and never hold one.
 *
 * <p>All of its state belongs to one event loop.
 */
@Singleton
public class LiveFeed {

  private static final Logger LOG = Logger.getLogger(LiveFeed.class);

  private static final int ENTRIES_AT_ONCE = 500;
  private static final long READ_TIMEOUT_MILLIS = 2_000;
  private static final int HEARTBEATS_MISSED = 2;

  private final Vertx vertx;
  private final RedisAPI redis;
  private final GatewayConfig.Events config;
  private final EventCodec codec = new EventCodec();
  private final Backlog backlog;
  private final Map<UUID, Set<EventStream>> listeners = new HashMap<>();
  private final AtomicInteger listenerCount = new AtomicInteger();
  private final Counter dropped;

  private Context context;
  private Positions positions = Positions.NONE;
  private boolean loaded;
  private boolean available;
  private boolean closing;
  private volatile boolean stopped;
  private long answeredAtNanos = System.nanoTime();

  LiveFeed(Vertx vertx, RedisAPI redis, GatewayConfig config, MeterRegistry metrics) {
    this.vertx = vertx;
    this.redis = redis;
    this.config = config.events();
    this.backlog = new Backlog(this.config.backlog());
    this.dropped =
        Counter.builder("dotori.gateway.events.dropped")
            .description("Connections closed because their clients did not read")
            .register(metrics);
    Gauge.builder("dotori.gateway.events.streams", listenerCount, AtomicInteger::get)
        .description("Connections that listen to events")
        .register(metrics);
  }

  void start(@Observes StartupEvent started) {
    context = vertx.getOrCreateContext();
    context.runOnContext(_ -> read());
    vertx.setPeriodic(config.heartbeat().toMillis(), _ -> context.runOnContext(_ -> keepAlive()));
  }

  /** Clients go elsewhere at once, and the process need not wait for them. */
  void stop(@Observes ShutdownDelayInitiatedEvent stopping) {
    context.runOnContext(_ -> {
      closing = true;
      endAll("shutdown");
    });
  }

  /** What is asked of Redis is asked of a client that is about to be closed. */
  void stop(@Observes ShutdownEvent stopping) {
    stopped = true;
  }

  /**
   * Adds a connection: it is told what it missed after its last event, or that this can't be known,
   * and from then on what happens.
   *
   * @param lastEventId as its client sent it, if it resumes
   * @param refused told on the feed's thread why it can't be added
   */
  void add(EventStream stream, Optional<String> lastEventId, Consumer<Refusal> refused) {
    context.runOnContext(_ -> {
      Set<EventStream> own = listeners.getOrDefault(stream.member(), Set.of());
      if (closing || !available || listenerCount.get() >= config.maxStreams()) {
        refused.accept(Refusal.eventsUnavailable());
      } else if (own.size() >= config.maxPerMember()) {
        refused.accept(Refusal.tooManyStreams(config.maxPerMember()));
      } else {
        listeners.computeIfAbsent(stream.member(), _ -> new HashSet<>()).add(stream);
        listenerCount.incrementAndGet();
        begin(stream, lastEventId);
      }
    });
  }

  private void begin(EventStream stream, Optional<String> lastEventId) {
    if (lastEventId.isEmpty()) {
      stream.open(positions, config.retry().toMillis());
      return;
    }
    Optional<Positions> last = lastEventId.flatMap(Positions::parse);
    Optional<List<LiveEvent>> missed =
        last.flatMap(from -> backlog.after(from, stream.member()))
            .filter(events -> events.size() < config.maxWaiting());
    if (missed.isEmpty()) {
      stream.open(positions, config.retry().toMillis());
      send(stream, LiveEvent.frame(positions.toString(), "reset", "{}"));
      return;
    }
    stream.open(last.get(), config.retry().toMillis());
    missed.get().forEach(event -> send(stream, event.text()));
  }

  /** Forgets a connection; one that was never added, too. */
  void remove(EventStream stream) {
    context.runOnContext(_ -> forget(stream));
  }

  private void forget(EventStream stream) {
    Set<EventStream> own = listeners.get(stream.member());
    if (own != null && own.remove(stream)) {
      listenerCount.decrementAndGet();
      if (own.isEmpty()) {
        listeners.remove(stream.member());
      }
    }
  }

  // ---- reading

  private record Entry(Source source, EntryId id, String eventId, byte[] data) {}

  private void read() {
    if (stopped) {
      return;
    }
    List<Entry> entries = new ArrayList<>();
    Future<Void> reading = Future.succeededFuture();
    for (List<Source> sources : Source.CONSEQUENCES_FIRST) {
      reading = reading.compose(_ -> ask(sources, entries));
    }
    reading.onComplete(result ->
        context.runOnContext(_ -> {
          if (result.succeeded()) {
            answered(entries);
          } else {
            unanswered(result.cause());
          }
        }));
  }

  private Future<Void> ask(List<Source> sources, List<Entry> entries) {
    List<Future<List<Entry>>> asked =
        sources.stream().map(source -> loaded ? following(source) : latest(source)).toList();
    return Future.all(asked)
        .timeout(READ_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .<Void>map(_ -> {
          synchronized (entries) {
            asked.forEach(each -> entries.addAll(each.result()));
          }
          return null;
        });
  }

  private Future<List<Entry>> following(Source source) {
    return redis
        .xread(
            List.of(
                "COUNT",
                Integer.toString(ENTRIES_AT_ONCE),
                "STREAMS",
                source.stream(),
                positions.of(source).toString()))
        .map(answer -> entries(source, onlyStream(answer)));
  }

  /** As RESP2 has it, a list of streams; as RESP3 has it, a map of them. */
  private static Response onlyStream(Response answer) {
    if (answer == null || answer.size() == 0) {
      return null;
    }
    return answer.getKeys().isEmpty()
        ? answer.get(0).get(1)
        : answer.get(answer.getKeys().iterator().next());
  }

  private Future<List<Entry>> latest(Source source) {
    return redis
        .xrevrange(
            List.of(source.stream(), "+", "-", "COUNT", Integer.toString(backlogOfEach() + 1)))
        .map(answer -> entries(source, answer));
  }

  private int backlogOfEach() {
    return Math.max(1, config.backlog() / Source.values().length);
  }

  private static List<Entry> entries(Source source, Response answer) {
    List<Entry> entries = new ArrayList<>();
    if (answer != null) {
      for (Response entry : answer) {
        String eventId = "";
        byte[] data = new byte[0];
        Response fields = entry.get(1);
        for (int i = 0; i + 1 < fields.size(); i += 2) {
          switch (fields.get(i).toString()) {
            case "ce_id" -> eventId = fields.get(i + 1).toString();
            case "data" -> data = fields.get(i + 1).toBytes();
            default -> {
              // not needed here
            }
          }
        }
        EntryId id = EntryId.parse(entry.get(0).toString()).orElseThrow();
        entries.add(new Entry(source, id, eventId.isEmpty() ? source + " " + id : eventId, data));
      }
    }
    return entries;
  }

  private void answered(List<Entry> entries) {
    answeredAtNanos = System.nanoTime();
    if (!loaded) {
      setFloors(entries);
    }
    entries.sort(
        Comparator.comparing(Entry::id).thenComparing(Entry::source, Comparator.reverseOrder()));
    entries.forEach(this::tell);
    loaded = true;
    if (!available) {
      available = true;
      LOG.info("Events are read from Redis");
    }
    boolean more =
        Arrays.stream(Source.values())
            .anyMatch(source ->
                entries.stream().filter(entry -> entry.source() == source).count()
                    >= ENTRIES_AT_ONCE);
    if (more) {
      read();
    } else {
      vertx.setTimer(config.pollInterval().toMillis(), _ -> context.runOnContext(_ -> read()));
    }
  }

  /** What was not read of a stream's past is what the backlog does not hold. */
  private void setFloors(List<Entry> entries) {
    for (Source source : Source.values()) {
      List<Entry> own = entries.stream().filter(entry -> entry.source() == source).toList();
      if (own.size() > backlogOfEach()) {
        Entry oldest = own.stream().min(Comparator.comparing(Entry::id)).orElseThrow();
        backlog.startAfter(source, oldest.id());
      }
    }
  }

  private void unanswered(Throwable failure) {
    boolean longAway =
        System.nanoTime() - answeredAtNanos > config.awayAfter().toNanos() || !loaded;
    if (available && longAway) {
      available = false;
      LOG.warnf("Redis does not answer (%s): live events end until it does", failure.toString());
      endAll("unavailable");
    }
    vertx.setTimer(config.pollInterval().toMillis(), _ -> context.runOnContext(_ -> read()));
  }

  // ---- telling

  private void tell(Entry entry) {
    positions = positions.with(entry.source(), entry.id());
    Optional<Source.Change> change;
    try {
      change = entry.source().read(codec, entry.data());
    } catch (RuntimeException unreadable) {
      // Whatever it is, it must not end the reading. Who consumes it for work has it among the
      // dead.
      LOG.debugf("Entry %s of %s can't be read", entry.id(), entry.source().stream());
      return;
    }
    change
        .map(it -> LiveEvent.of(entry.source(), entry.id(), entry.eventId(), it, positions))
        .filter(backlog::add)
        .ifPresent(this::tell);
  }

  private void tell(LiveEvent event) {
    for (UUID member : event.members()) {
      for (EventStream stream : List.copyOf(listeners.getOrDefault(member, Set.of()))) {
        // One that came from a replica that was ahead of this one has heard it already.
        if (event.id().isAfter(stream.from().of(event.source()))) {
          send(stream, event.text());
        }
      }
    }
  }

  private void send(EventStream stream, String text) {
    if (!stream.offer(text)) {
      drop(stream);
    }
  }

  private void drop(EventStream stream) {
    forget(stream);
    dropped.increment();
    stream.drop();
  }

  /** Shows proxies and clients that the connection lives, and clients where they are. */
  private void keepAlive() {
    long patience = config.heartbeat().multipliedBy(HEARTBEATS_MISSED).toNanos();
    for (EventStream stream : all()) {
      if (stream.stalledNanos() > patience) {
        drop(stream);
      } else {
        send(stream, ": alive\nid: " + positions.latest(stream.from()) + "\n\n");
      }
    }
  }

  private void endAll(String reason) {
    for (EventStream stream : all()) {
      forget(stream);
      stream.end(reason);
    }
  }

  private List<EventStream> all() {
    return listeners.values().stream().flatMap(Set::stream).toList();
  }
}
