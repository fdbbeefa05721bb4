package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import dev.dotori.redisstreams.PermanentFailureException;
import dev.dotori.redisstreams.fault.RedisStreamsFailureHandler;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Reads a stream as a member of a consumer group and hands its entries to one subscriber.
 *
 * <p>All state is confined to one event loop; handlers on other threads reach it through {@link
 * #wake()}. An entry that was read is held until it is settled, and while it is held its lease is
 * renewed. What another consumer left behind is found by how long it was not renewed.
 */
public final class IncomingRedisStreamsChannel implements RedisLink.Listener {

  private enum State {
    NEW,
    RUNNING,
    DRAINING,
    FAILED,
    CLOSED
  }

  // A blocked read holds up everything behind it on its connection, so it has one of its own.
  private static final int READER = 0;
  private static final int COMMANDS = 1;

  private static final int ACKS_PER_FLUSH = 200;
  private static final long ACK_DELAY_MS = 5;
  private static final int IDS_PER_SCRIPT = 100;
  private static final int MOVES_PER_SCRIPT = 100;
  private static final int MOST_SUSPECTS = 16;
  private static final long LONGEST_TICK_MS = 500;
  private static final long LONGEST_MOVE_DELAY_MS = 1_000;
  private static final long AGAIN_AFTER_REFUSAL_MS = 1_000;
  private static final long ANSWER_TIMEOUT_MS = 5_000;
  private static final long CLOSING_TIMEOUT_MS = 2_000;

  private final ContextInternal context;
  private final IncomingSettings settings;
  private final RedisStreamsFailureHandler failureHandler;
  private final RedisLink link;
  private final List<Books> books = new ArrayList<>();
  private final long leaseNanos;

  // Written by other threads.
  private final AtomicLong demand = new AtomicLong();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Queue<StreamEntry> acknowledgedElsewhere = new ConcurrentLinkedQueue<>();

  // Read by health checks.
  private volatile State state = State.NEW;
  private volatile boolean prepared;
  private volatile String problem;

  // From here on, the event loop's.
  private Flow.Subscriber<? super Message<?>> subscriber;
  private final AtomicBoolean subscribed = new AtomicBoolean();

  /** Entries read and not handed over yet, in order. */
  private final Deque<StreamEntry> ready = new ArrayDeque<>();

  /** Entries that were taken over more than once: each may be what kills its consumers. */
  private final Deque<StreamEntry> suspects = new ArrayDeque<>();

  /** The suspect whose delivery is being counted, is counted, or is in work. */
  private StreamEntry suspect;

  private boolean suspectCounted;

  private int inFlight;
  private int inWork;
  private int reserved;
  private int acksWaiting;
  private boolean pumping;
  private boolean pumpAgain;
  private boolean reading;
  private long readingSince;
  private long lastTick;
  private boolean pausedWhileReading;
  private int nextSource;
  private boolean claimDue = true;
  private boolean claiming;
  private boolean renewing;
  private boolean flushTimer;
  private int unanswered;
  private long unansweredSince;
  private int epoch;
  private boolean groupsKnown;
  private String readerId;
  private long moveTimer = -1;
  private long moveAt;
  private boolean moving;
  private final List<Long> timers = new ArrayList<>();
  private final Deque<Runnable> onConnected = new ArrayDeque<>();
  private CompletableFuture<Void> drained;
  private boolean finishing;

  /** What is held of one stream. */
  private static final class Books {
    final StreamSource source;
    final Map<String, StreamEntry> held = new HashMap<>();
    List<String> acks = new ArrayList<>();

    Books(StreamSource source) {
      this.source = source;
    }
  }

  public IncomingRedisStreamsChannel(
      Vertx vertx,
      RedisOptions options,
      IncomingSettings settings,
      RedisStreamsFailureHandler failureHandler) {
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    this.settings = settings;
    this.failureHandler = failureHandler;
    this.leaseNanos = settings.lease().toNanos();
    this.books.add(new Books(new StreamSource(settings.stream(), false)));
    if (mayRetry(settings.failureStrategy())) {
      this.books.add(new Books(new StreamSource(settings.retryStream(), true)));
    }
    this.link = new RedisLink(context, options, settings.channel(), 2, this);
  }

  private static boolean mayRetry(String strategy) {
    return switch (strategy) {
      case RedisStreamsFailureHandler.Strategy.FAIL,
          RedisStreamsFailureHandler.Strategy.IGNORE,
          RedisStreamsFailureHandler.Strategy.DEAD_LETTER ->
          false;
      default -> true; // one of the user's own may
    };
  }

  IncomingSettings settings() {
    return settings;
  }

  // ---- the subscriber's side

  /** The entries, or batches of them, for one subscriber; nothing is read before it subscribes. */
  public Flow.Publisher<Message<?>> publisher() {
    return this::subscribe;
  }

  private void subscribe(Flow.Subscriber<? super Message<?>> by) {
    if (!subscribed.compareAndSet(false, true)) {
      by.onSubscribe(new Demand());
      by.onError(
          new IllegalStateException(
              "channel %s has a subscriber already".formatted(settings.channel())));
      return;
    }
    subscriber = by;
    by.onSubscribe(new Demand());
    context.runOnContext(ignored -> start());
  }

  private final class Demand implements Flow.Subscription {
    @Override
    public void request(long n) {
      if (n <= 0) {
        throw new IllegalArgumentException("the demand must be positive, and is " + n);
      }
      demand.accumulateAndGet(n, (sum, more) -> sum + more < 0 ? Long.MAX_VALUE : sum + more);
      wake();
    }

    @Override
    public void cancel() {
      drain();
    }
  }

  void acknowledged(StreamEntry entry) {
    if (context.inThread()) {
      collect(entry);
    } else {
      acknowledgedElsewhere.add(entry);
    }
    wake();
  }

  void failed(StreamEntry entry, Throwable reason, CompletableFuture<Void> done) {
    context.runOnContext(ignored -> {
      if (entry.lost) {
        // Whoever has it now decides about it.
        release(entry);
        done.complete(null);
        return;
      }
      CompletionStage<Void> handled;
      try {
        handled = failureHandler.handle(entry, reason, new Outcome(entry, reason));
      } catch (RuntimeException e) {
        log.unexpected(settings.channel(), e);
        handled = new Outcome(entry, reason).deadLetter();
      }
      handled.whenComplete((ok, failure) -> {
        if (failure == null) {
          done.complete(null);
        } else {
          done.completeExceptionally(failure);
        }
      });
    });
  }

  // ---- life

  private void start() {
    if (state != State.NEW) {
      return;
    }
    state = State.RUNNING;
    every(settings.lease().dividedBy(6), this::renew);
    every(
        settings.claimInterval(),
        () -> {
          claimDue = true;
          wake();
        });
    every(settings.maintenanceInterval(), this::maintain);
    lastTick = System.nanoTime();
    Duration tick = settings.lease().dividedBy(8);
    timers.add(
        context
            .owner()
            .setPeriodic(Math.clamp(tick.toMillis(), 10, LONGEST_TICK_MS), id -> watch()));
    link.open();
  }

  private void every(Duration interval, Runnable task) {
    timers.add(
        context
            .owner()
            .setPeriodic(
                Math.max(10, interval.toMillis()),
                id -> {
                  if (link.isConnected()) {
                    task.run();
                  }
                }));
  }

  @Override
  public Future<Void> prepare() {
    return makeGroups()
        .compose(made -> link.connection(READER).send(Request.cmd(Command.CLIENT).arg("ID")))
        .transform(id -> {
          // Only used to end a blocked read early at shutdown, if this user may.
          readerId = id.succeeded() ? id.result().toString() : null;
          return id.failed() && !(id.cause() instanceof ErrorType)
              ? context.failedFuture(id.cause())
              : context.succeededFuture();
        });
  }

  private Future<Void> makeGroups() {
    List<Future<Void>> all = new ArrayList<>();
    for (Books each : books) {
      all.add(makeGroup(each.source));
    }
    return Future.all(all)
        .map(made -> {
          groupsKnown = true;
          prepared = true;
          return null;
        });
  }

  private Future<Void> makeGroup(StreamSource source) {
    // A group that existed and is gone starts at 0 again: nothing that Redis still has is skipped.
    boolean again = groupsKnown;
    String start = again || source.retry() ? "0" : settings.groupStart();
    return link.connection(COMMANDS)
        .send(
            Request.cmd(Command.XGROUP)
                .arg("CREATE")
                .arg(source.key())
                .arg(settings.group())
                .arg(start)
                .arg("MKSTREAM"))
        .transform(made -> {
          if (made.succeeded()) {
            if (again) {
              log.groupMadeAgain(settings.group(), source.key());
            }
            return context.succeededFuture();
          }
          return made.cause() instanceof ErrorType error && error.is("BUSYGROUP")
              ? context.succeededFuture()
              : context.failedFuture(made.cause());
        });
  }

  @Override
  public void connected() {
    problem = null;
    claimDue = true;
    renew();
    for (int i = onConnected.size(); i > 0; i--) {
      onConnected.poll().run();
    }
    flushAcks();
    moveDueIn(0);
    wake();
  }

  @Override
  public void disconnected() {
    epoch++;
    reading = false;
    claiming = false;
    renewing = false;
    moving = false;
    reserved = 0;
    unanswered = 0;
    if (suspect != null && !suspect.emitted && !suspectCounted) {
      suspects.addFirst(suspect);
      suspect = null;
    }
  }

  /**
   * Notices when this process was paused, and closes connections that no longer answer, which TCP
   * alone may notice only after minutes.
   */
  private void watch() {
    long now = System.nanoTime();
    pausedWhileReading |= pausedAt(now);
    lastTick = now;
    if (!link.isConnected()) {
      return;
    }
    if (reading && now - readingSince > settings.block().toNanos() + millis(ANSWER_TIMEOUT_MS)) {
      link.renew("no answer to a read");
    } else if (unanswered > 0 && now - unansweredSince > millis(ANSWER_TIMEOUT_MS)) {
      link.renew("no answer to a command");
    }
  }

  private boolean pausedAt(long now) {
    return now - lastTick > millis(LONGEST_TICK_MS) + leaseNanos / 4;
  }

  // ---- the loop: read, hand over, read

  private void wake() {
    if (context.inThread()) {
      if (pumping) {
        pumpAgain = true;
      } else {
        context.dispatch(this::pump);
      }
    } else if (woken.compareAndSet(false, true)) {
      context.runOnContext(ignored -> {
        woken.set(false);
        pump();
      });
    }
  }

  private void pump() {
    if (pumping) {
      pumpAgain = true;
      return;
    }
    pumping = true;
    try {
      do {
        pumpAgain = false;
        for (StreamEntry entry; (entry = acknowledgedElsewhere.poll()) != null; ) {
          collect(entry);
        }
        takeOver();
        read();
        emit();
      } while (pumpAgain);
    } finally {
      pumping = false;
    }
    if (acksWaiting >= ACKS_PER_FLUSH) {
      flushAcks();
    } else if (acksWaiting > 0 && !flushTimer) {
      flushTimer = true;
      context
          .owner()
          .setTimer(
              ACK_DELAY_MS,
              id -> {
                flushTimer = false;
                flushAcks();
              });
    }
    finishWhenIdle();
  }

  private int room() {
    return settings.maxInFlight() - inFlight - reserved;
  }

  private void read() {
    // Read ahead by no more than about a batch: what waits here could be in work elsewhere.
    if (reading
        || state != State.RUNNING
        || !link.isConnected()
        || ready.size() > settings.batchSize()) {
      return;
    }
    int room = room();
    // A full channel whose entries are settled one by one would read one by one: each a round trip.
    if (room < Math.max(1, Math.min(settings.count(), settings.maxInFlight() / 4))) {
      return;
    }
    // COUNT is per stream. With room for fewer than one each, they take turns.
    List<Books> from =
        room >= books.size() ? books : List.of(books.get(nextSource++ % books.size()));
    int count = Math.min(settings.count(), room / from.size());
    int asked = count * from.size();
    Request request =
        Request.cmd(Command.XREADGROUP)
            .arg("GROUP")
            .arg(settings.group())
            .arg(settings.consumer())
            .arg("COUNT")
            .arg(count)
            .arg("BLOCK")
            .arg(settings.block().toMillis())
            .arg("STREAMS");
    for (Books each : from) {
      request.arg(each.source.key());
    }
    for (int i = 0; i < from.size(); i++) {
      request.arg(">");
    }
    reading = true;
    readingSince = System.nanoTime();
    pausedWhileReading = false;
    reserved += asked;
    int sent = epoch;
    link.send(READER, request)
        .onComplete(answer -> {
          if (sent != epoch) {
            return;
          }
          reading = false;
          reserved -= asked;
          if (answer.succeeded()) {
            problem = null;
            received(answer.result());
            wake();
          } else {
            refused("a read", answer.cause(), this::wake);
          }
        });
  }

  private void received(Response streams) {
    if (streams == null) {
      return; // nothing came while it waited
    }
    long now = System.nanoTime();
    // The lease began when Redis answered. That was just now, unless this process slept over it:
    // then it may have ended, and is renewed before anybody works on the entries.
    long leasedAt = pausedWhileReading || pausedAt(now) ? readingSince - leaseNanos : now;
    for (int s = 0; s < streams.size(); s++) {
      Response stream = streams.get(s);
      Books of = booksOf(stream.get(0).toString());
      Response entries = stream.get(1);
      for (int i = 0; i < entries.size(); i++) {
        Response entry = entries.get(i);
        hold(of, entry.get(0).toString(), entry.get(1), 1, leasedAt, ready);
      }
    }
  }

  private Books booksOf(String key) {
    for (Books each : books) {
      if (each.source.key().equals(key)) {
        return each;
      }
    }
    throw new IllegalStateException(
        "an answer about the stream %s was not asked for".formatted(key));
  }

  private void hold(
      Books of, String id, Response fields, int deliveries, long now, Deque<StreamEntry> into) {
    StreamEntry known = of.held.get(id);
    if (known != null) {
      // Redis came back with an older state and delivers again what is in work here.
      known.leasedAt = now;
      return;
    }
    StreamEntry entry = new StreamEntry(this, of.source, id, fields, deliveries, now);
    of.held.put(id, entry);
    inFlight++;
    into.add(entry);
  }

  private void emit() {
    long now = System.nanoTime();
    while (state == State.RUNNING && demand.get() > 0) {
      Message<?> next = next(now);
      if (next == null) {
        return;
      }
      if (demand.get() != Long.MAX_VALUE) {
        demand.decrementAndGet();
      }
      subscriber.onNext(next);
      read();
    }
  }

  private Message<?> next(long now) {
    Message<?> suspected = nextSuspect();
    if (suspected != null) {
      return suspected;
    }
    if (!settings.batch()) {
      StreamEntry entry = nextReady(now);
      return entry == null ? null : entry.onOwnContext();
    }
    StreamEntry first = nextReady(now);
    if (first == null) {
      return null;
    }
    List<StreamEntry> entries = new ArrayList<>(Math.min(settings.batchSize(), ready.size() + 1));
    for (StreamEntry entry = first; entry != null; ) {
      entries.add(entry);
      entry = entries.size() < settings.batchSize() ? nextReady(now) : null;
    }
    return new EntryBatch(entries);
  }

  private StreamEntry nextReady(long now) {
    for (StreamEntry entry; (entry = ready.peek()) != null; ) {
      if (entry.lost) {
        ready.poll();
        continue;
      }
      if (now - entry.leasedAt > leaseNanos - leaseNanos / 4) {
        // Redis was away. The lease may be over, so ask before anybody works on the entry.
        renew();
        return null;
      }
      ready.poll();
      return emitting(entry);
    }
    return null;
  }

  private StreamEntry emitting(StreamEntry entry) {
    entry.emitted = true;
    inWork++;
    return entry;
  }

  /**
   * A suspect is handed over alone, with its delivery counted just before. So the count of an entry
   * that kills its consumer rises by its own doing only, and its neighbours don't end as dead
   * letters with it.
   */
  private Message<?> nextSuspect() {
    if (suspect == null) {
      suspect = suspects.poll();
      if (suspect == null) {
        return null;
      }
      suspectCounted = false;
      StreamEntry entry = suspect;
      int sent = epoch;
      command(
              Scripts.countDelivery(
                  entry.source().key(),
                  settings.group(),
                  settings.consumer(),
                  entry.sourceId(),
                  entry.sourceDeliveries() + 1))
          .onComplete(answer -> {
            if (sent != epoch) {
              return;
            }
            if (answer.failed()) {
              suspects.addFirst(entry);
              suspect = null;
              refused("counting a delivery", answer.cause(), this::wake);
            } else if (answer.result().toInteger() == 0) {
              entry.lost = true;
              release(entry);
            } else {
              entry.countDelivery();
              suspectCounted = true;
            }
            wake();
          });
    }
    if (!suspectCounted || suspect.emitted) {
      return null;
    }
    emitting(suspect);
    return settings.batch() ? new EntryBatch(List.of(suspect)) : suspect.onOwnContext();
  }

  // ---- settling

  private void collect(StreamEntry entry) {
    Books of = booksOf(entry.source().key());
    of.acks.add(entry.sourceId());
    acksWaiting++;
    letGo(entry);
  }

  /** The entry no longer counts, but is remembered until Redis knows that it is settled. */
  private void letGo(StreamEntry entry) {
    if (entry.released) {
      return;
    }
    entry.released = true;
    inFlight--;
    if (entry.emitted) {
      inWork--;
    }
    if (entry == suspect) {
      suspect = null;
      if (suspects.isEmpty()) {
        claimDue = true;
      }
    }
  }

  private void release(StreamEntry entry) {
    letGo(entry);
    booksOf(entry.source().key()).held.remove(entry.sourceId(), entry);
    wake();
  }

  private Future<Void> flushAcks() {
    if (acksWaiting == 0 || !link.isConnected()) {
      return context.succeededFuture();
    }
    acksWaiting = 0;
    List<Future<Void>> all = new ArrayList<>(books.size());
    for (Books each : books) {
      if (!each.acks.isEmpty()) {
        List<String> ids = each.acks;
        each.acks = new ArrayList<>();
        all.add(flushAcks(each, ids));
      }
    }
    return Future.all(all).mapEmpty();
  }

  private Future<Void> flushAcks(Books of, List<String> ids) {
    Request ack = Request.cmd(Command.XACK).arg(of.source.key()).arg(settings.group());
    ids.forEach(ack::arg);
    Future<Response> acked = command(ack);
    if (of.source.retry()) {
      Request delete = Request.cmd(Command.XDEL).arg(of.source.key());
      ids.forEach(delete::arg);
      Future<Response> deleted = command(delete);
      acked = acked.compose(ok -> deleted);
    }
    return acked
        .onSuccess(ok -> ids.forEach(of.held::remove))
        .onFailure(failure -> {
          of.acks.addAll(ids);
          acksWaiting += ids.size();
          refused("acknowledgements", failure, this::flushAcks);
        })
        .mapEmpty();
  }

  /** How one failed entry ends. */
  private final class Outcome implements RedisStreamsFailureHandler.Outcome {
    private final StreamEntry entry;
    private final Throwable reason;

    Outcome(StreamEntry entry, Throwable reason) {
      this.entry = entry;
      this.reason = reason;
    }

    @Override
    public CompletionStage<Void> acknowledge() {
      acknowledged(entry);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> retryAfter(Duration delay) {
      long millis = Math.max(0, delay.toMillis());
      return settle(
              entry,
              () -> {
                Request request =
                    Scripts.delay(
                        entry.source(),
                        settings.delayedSet(),
                        settings.group(),
                        settings.consumer(),
                        entry.sourceId(),
                        millis);
                request
                    .arg(StreamSource.ORIGIN_ID)
                    .arg(entry.id())
                    .arg(StreamSource.ORIGIN_ATTEMPTS)
                    .arg(entry.deliveryCount())
                    .arg(StreamSource.ORIGIN_FIRST_FAILURE)
                    .arg(entry.firstFailure(System.currentTimeMillis()));
                return withFieldsOf(entry, request);
              },
              "delaying an entry")
          .onSuccess(done -> moveDueIn(millis))
          .toCompletionStage();
    }

    @Override
    public CompletionStage<Void> deadLetter() {
      log.deadLettered(
          entry.id(), entry.stream(), entry.group(), entry.deliveryCount(), String.valueOf(reason));
      return IncomingRedisStreamsChannel.this.deadLetter(entry, reason).toCompletionStage();
    }

    @Override
    public CompletionStage<Void> fail() {
      log.failed(entry.id(), entry.stream(), entry.group(), settings.channel(), reason);
      stop(reason);
      // No longer renewed, so that another consumer gets it when its lease ends.
      release(entry);
      return CompletableFuture.completedFuture(null);
    }
  }

  private Future<Void> deadLetter(StreamEntry entry, Throwable reason) {
    long now = System.currentTimeMillis();
    return settle(
        entry,
        () -> {
          Request request =
              withFieldsOf(
                  entry,
                  Scripts.deadLetter(
                      entry.source(),
                      settings.deadLetterStream(),
                      settings.group(),
                      settings.consumer(),
                      entry.sourceId()));
          DeadLetter.describe(entry, reason, Instant.ofEpochMilli(now), request);
          return request;
        },
        "adding a dead letter");
  }

  private static Request withFieldsOf(StreamEntry entry, Request request) {
    Response fields = entry.fieldsAndValues();
    for (int i = entry.firstField(); i < fields.size(); i++) {
      request.arg(fields.get(i).toBuffer());
    }
    return request;
  }

  /** Runs a settling script until Redis has answered it, over as many connections as it takes. */
  private Future<Void> settle(StreamEntry entry, Supplier<Request> script, String what) {
    Promise<Void> done = context.promise();
    settle(entry, script, what, done);
    return done.future();
  }

  private void settle(
      StreamEntry entry, Supplier<Request> script, String what, Promise<Void> done) {
    if (state == State.CLOSED) {
      done.fail(RedisLink.NotConnected.INSTANCE);
      return;
    }
    if (!link.isConnected()) {
      onConnected.add(() -> settle(entry, script, what, done));
      return;
    }
    command(script.get())
        .onComplete(answer -> {
          if (answer.succeeded()) {
            release(entry);
            done.complete();
          } else {
            refused(what, answer.cause(), () -> settle(entry, script, what, done));
          }
        });
  }

  // ---- leases

  private void renew() {
    if (renewing || !link.isConnected()) {
      return;
    }
    long now = System.nanoTime();
    List<Future<Void>> all = new ArrayList<>();
    for (Books each : books) {
      List<String> ids = new ArrayList<>();
      for (StreamEntry entry : each.held.values()) {
        if (!entry.released && !entry.lost && now - entry.leasedAt > leaseNanos / 3) {
          ids.add(entry.sourceId());
        }
      }
      for (int from = 0; from < ids.size(); from += IDS_PER_SCRIPT) {
        all.add(renew(each, ids.subList(from, Math.min(ids.size(), from + IDS_PER_SCRIPT)), now));
      }
    }
    if (all.isEmpty()) {
      return;
    }
    renewing = true;
    int sent = epoch;
    Future.join(all)
        .onComplete(renewed -> {
          if (sent != epoch) {
            return;
          }
          renewing = false;
          if (renewed.failed()) {
            refused("renewing leases", renewed.cause(), this::renew);
          }
          wake();
        });
  }

  private Future<Void> renew(Books of, List<String> ids, long now) {
    return command(Scripts.renew(of.source.key(), settings.group(), settings.consumer(), ids))
        .map(lost -> {
          for (String id : ids) {
            StreamEntry entry = of.held.get(id);
            if (entry != null) {
              entry.leasedAt = now;
            }
          }
          for (Response id : lost) {
            StreamEntry entry = of.held.get(id.toString());
            if (entry != null && !entry.released) {
              log.leaseLost(settings.channel(), entry.id());
              entry.lost = true;
              if (!entry.emitted) {
                suspects.remove(entry);
                release(entry);
              }
            }
          }
          return null;
        });
  }

  // ---- taking over

  private void takeOver() {
    if (!claimDue || claiming || state != State.RUNNING || !link.isConnected() || room() <= 0) {
      return;
    }
    claimDue = false;
    claiming = true;
    int sent = epoch;
    int limit = Math.min(settings.count(), room());
    reserved += limit;
    Future<Boolean> more = context.succeededFuture(false);
    for (Books each : books) {
      more =
          more.compose(before ->
              sent != epoch || before ? context.succeededFuture(before) : takeOver(each, limit));
    }
    more.onComplete(done -> {
      if (sent != epoch) {
        return;
      }
      claiming = false;
      reserved -= limit;
      if (done.failed()) {
        refused("looking for entries to take over", done.cause(), () -> claimDue = true);
      } else if (done.result()) {
        claimDue = true;
      }
      wake();
    });
  }

  /** Answers whether entries were taken, so that there may be more. */
  private Future<Boolean> takeOver(Books of, int limit) {
    return command(
            Request.cmd(Command.XPENDING)
                .arg(of.source.key())
                .arg(settings.group())
                .arg("IDLE")
                .arg(settings.lease().toMillis())
                .arg("-")
                .arg("+")
                .arg(limit))
        .compose(pending -> takeOver(of, pending));
  }

  private Future<Boolean> takeOver(Books of, Response pending) {
    // What must be claimed, by the delivery count that the server has.
    Map<Integer, List<String>> byCount = new TreeMap<>();
    int suspectsToTake = MOST_SUSPECTS - suspects.size();
    for (Response row : pending) {
      String id = row.get(0).toString();
      int count = row.get(3).toInteger();
      if (of.held.containsKey(id) || (count > 1 && suspectsToTake-- <= 0)) {
        continue;
      }
      byCount.computeIfAbsent(count, none -> new ArrayList<>()).add(id);
    }
    List<Future<Integer>> claims = new ArrayList<>();
    byCount.forEach((count, ids) -> claims.add(claim(of, count, ids)));
    return Future.all(claims)
        .map(all -> {
          int taken = claims.stream().mapToInt(Future::result).sum();
          if (taken > 0) {
            log.tookOver(settings.channel(), taken);
          }
          return taken > 0;
        });
  }

  private Future<Integer> claim(Books of, int count, List<String> ids) {
    // The server answers only for what is still idle: of several consumers one gets the entry.
    Request claim =
        Request.cmd(Command.XCLAIM)
            .arg(of.source.key())
            .arg(settings.group())
            .arg(settings.consumer())
            .arg(settings.lease().toMillis());
    ids.forEach(claim::arg);
    // A suspect's delivery is counted when it is handed over.
    boolean suspected = count > 1;
    int deliveries = suspected ? count : count + 1;
    claim.arg("RETRYCOUNT").arg(deliveries);
    long now = System.nanoTime();
    int sent = epoch;
    return command(claim)
        .compose(claimed -> {
          if (sent != epoch) {
            return context.succeededFuture(0);
          }
          int taken = 0;
          List<String> missing = new ArrayList<>(ids);
          for (Response entry : claimed) {
            if (entry == null || entry.size() < 2 || entry.get(1) == null) {
              continue; // Redis 6 answers so for an entry that was deleted
            }
            String id = entry.get(0).toString();
            missing.remove(id);
            taken++;
            if (suspected && isPoison(count)) {
              poison(of, id, entry.get(1), count, now);
            } else {
              hold(of, id, entry.get(1), deliveries, now, suspected ? suspects : ready);
            }
          }
          int took = taken;
          return forgetDeleted(of, missing).map(gone -> took);
        });
  }

  private boolean isPoison(int count) {
    return settings.maxDeliveries() > 0 && count >= settings.maxDeliveries();
  }

  private void poison(Books of, String id, Response fields, int count, long now) {
    Deque<StreamEntry> held = new ArrayDeque<>(1);
    hold(of, id, fields, count, now, held);
    StreamEntry entry = held.poll();
    if (entry == null) {
      return;
    }
    new Outcome(
            entry,
            new PermanentFailureException(
                "delivered %d times, and no consumer answered".formatted(count)))
        .deadLetter();
  }

  private Future<Void> forgetDeleted(Books of, List<String> ids) {
    if (ids.isEmpty()) {
      return context.succeededFuture();
    }
    return command(Scripts.forgetDeleted(of.source.key(), settings.group(), ids))
        .map(gone -> {
          if (gone.toInteger() > 0) {
            log.trimmedBeforeProcessed(gone.toInteger(), of.source.key(), settings.group());
          }
          return null;
        });
  }

  // ---- entries whose delay is over

  private void moveDueIn(long millis) {
    if (books.size() < 2 || state != State.RUNNING) {
      return;
    }
    long wait = Math.clamp(millis, 1, LONGEST_MOVE_DELAY_MS);
    long at = System.nanoTime() + millis(wait);
    if (moveTimer >= 0) {
      if (moveAt - at <= 0) {
        return;
      }
      context.owner().cancelTimer(moveTimer);
    }
    moveAt = at;
    moveTimer =
        context
            .owner()
            .setTimer(
                wait,
                id -> {
                  moveTimer = -1;
                  moveDue();
                });
  }

  private void moveDue() {
    if (moving || !link.isConnected() || state != State.RUNNING) {
      return;
    }
    moving = true;
    int sent = epoch;
    command(Scripts.moveDue(settings.delayedSet(), settings.retryStream(), MOVES_PER_SCRIPT))
        .onComplete(answer -> {
          if (sent != epoch) {
            return;
          }
          moving = false;
          if (answer.failed()) {
            refused("moving entries that are due", answer.cause(), () -> moveDueIn(0));
            return;
          }
          long next = answer.result().get(1).toLong();
          moveDueIn(next < 0 ? LONGEST_MOVE_DELAY_MS : next);
        });
  }

  // ---- maintenance

  private void maintain() {
    if (state != State.RUNNING) {
      return;
    }
    if (!settings.retention().isZero()) {
      command(Scripts.trim(settings.stream(), settings.retention().toMillis()))
          .onFailure(failure -> quietly("trimming", failure));
    }
    books.forEach(this::removeGoneConsumers);
  }

  private void removeGoneConsumers(Books of) {
    long gone = settings.lease().multipliedBy(10).toMillis();
    command(Request.cmd(Command.XINFO).arg("CONSUMERS").arg(of.source.key()).arg(settings.group()))
        .onFailure(failure -> quietly("listing consumers", failure))
        .onSuccess(consumers -> {
          for (Response consumer : consumers) {
            String name = consumer.get("name").toString();
            long idle = consumer.get("idle").toLong();
            if (idle > gone
                && consumer.get("pending").toInteger() == 0
                && !name.equals(settings.consumer())) {
              command(Scripts.removeConsumer(of.source.key(), settings.group(), name))
                  .onFailure(failure -> quietly("removing a consumer", failure))
                  .onSuccess(
                      done -> log.consumerRemoved(name, idle, settings.group(), of.source.key()));
            }
          }
        });
  }

  private void quietly(String what, Throwable failure) {
    // It is tried again at the next interval; a lost connection is reported elsewhere.
    if (!RedisLink.isConnectionFailure(failure) && !RedisLink.isNoGroup(failure)) {
      log.refused(settings.channel(), what, failure.getMessage());
    }
  }

  // ---- commands

  private Future<Response> command(Request request) {
    if (unanswered++ == 0) {
      unansweredSince = System.nanoTime();
    }
    int sent = epoch;
    return link.send(COMMANDS, request)
        .onComplete(answer -> {
          if (sent == epoch) {
            unanswered--;
            unansweredSince = System.nanoTime();
          }
        });
  }

  /** Decides what a failed command means, and runs {@code again} when it makes sense to. */
  private void refused(String what, Throwable failure, Runnable again) {
    if (state == State.CLOSED) {
      return;
    }
    if (RedisLink.isConnectionFailure(failure)) {
      onConnected.add(again);
      if (failure instanceof ErrorType && link.isConnected()) {
        link.renew(failure.getMessage());
      }
      return;
    }
    if (!link.isConnected()) {
      onConnected.add(again);
      return;
    }
    if (RedisLink.isNoGroup(failure)) {
      makeGroups()
          .onComplete(made -> {
            if (made.succeeded()) {
              again.run();
            } else {
              link.renew(String.valueOf(made.cause().getMessage()));
              onConnected.add(again);
            }
          });
      return;
    }
    problem = "Redis refused " + what + ": " + failure.getMessage();
    log.refused(settings.channel(), what, failure.getMessage());
    context.owner().setTimer(AGAIN_AFTER_REFUSAL_MS, id -> again.run());
  }

  // ---- the end

  private void stop(Throwable reason) {
    if (state == State.RUNNING) {
      problem = String.valueOf(reason);
      state = State.FAILED;
      endBlockedRead();
      giveBack();
    }
  }

  /**
   * Stops reading, waits for what is in work, sends the last acknowledgements, gives back what
   * nobody has begun, and closes. Completes within the shutdown timeout and a little more.
   */
  public CompletableFuture<Void> drain() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.runOnContext(ignored -> drain(done));
    return done;
  }

  private void drain(CompletableFuture<Void> done) {
    if (state == State.CLOSED) {
      done.complete(null);
      return;
    }
    if (drained != null) {
      drained.whenComplete((ok, failure) -> done.complete(null));
      return;
    }
    drained = done;
    State before = state;
    state = State.DRAINING;
    if (before == State.NEW || !link.isConnected() && inWork == 0) {
      close();
      return;
    }
    endBlockedRead();
    context
        .owner()
        .setTimer(
            Math.max(1, settings.shutdownTimeout().toMillis()),
            id -> {
              if (!finishing && state != State.CLOSED) {
                if (inWork > 0) {
                  log.notDrained(settings.channel(), inWork);
                }
                finish();
              }
            });
    wake();
  }

  private void endBlockedRead() {
    if (reading && readerId != null) {
      // An error only means that this user may not, or that the read has ended: it ends by itself.
      command(Request.cmd(Command.CLIENT).arg("UNBLOCK").arg(readerId));
    }
  }

  private void finishWhenIdle() {
    if (state == State.DRAINING
        && inWork == 0
        && acknowledgedElsewhere.isEmpty()
        && (!reading || !link.isConnected())
        && !claiming) {
      finish();
    }
  }

  private void finish() {
    if (finishing) {
      return;
    }
    finishing = true;
    long timer = context.owner().setTimer(CLOSING_TIMEOUT_MS, id -> close());
    Future.join(flushAcks(), giveBack())
        .onComplete(all -> {
          context.owner().cancelTimer(timer);
          close();
        });
  }

  /** Makes entries that nobody has begun available to other consumers at once. */
  private Future<Void> giveBack() {
    if (!link.isConnected()) {
      return context.succeededFuture();
    }
    List<Future<Response>> all = new ArrayList<>();
    for (Books each : books) {
      Request request = null;
      int ids = 0;
      for (StreamEntry entry : List.copyOf(each.held.values())) {
        if (entry.emitted || entry.released || entry.lost) {
          continue;
        }
        if (request == null) {
          request =
              Scripts.giveBack(
                  each.source.key(),
                  settings.group(),
                  settings.consumer(),
                  settings.lease().toMillis());
        }
        boolean counted = !suspects.contains(entry) && (entry != suspect || suspectCounted);
        request
            .arg(entry.sourceId())
            .arg(Math.max(0, entry.sourceDeliveries() - (counted ? 1 : 0)));
        letGo(entry);
        each.held.remove(entry.sourceId());
        if (++ids % IDS_PER_SCRIPT == 0) {
          all.add(command(request));
          request = null;
        }
      }
      if (request != null) {
        all.add(command(request));
      }
    }
    ready.clear();
    suspects.clear();
    return Future.join(all).mapEmpty();
  }

  private void close() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    timers.forEach(context.owner()::cancelTimer);
    timers.clear();
    if (moveTimer >= 0) {
      context.owner().cancelTimer(moveTimer);
    }
    link.close();
    // Whoever waits for a settlement that can't come any more is told.
    List<Runnable> waiting = new ArrayList<>(onConnected);
    onConnected.clear();
    waiting.forEach(Runnable::run);
    if (drained != null) {
      drained.complete(null);
    }
  }

  // ---- health

  public void readiness(HealthReport.HealthReportBuilder report) {
    State now = state;
    boolean up = now == State.RUNNING && link.isConnected() && problem == null;
    report(report, up, now == State.FAILED || link.isConnected() ? problem : link.problem());
  }

  public void liveness(HealthReport.HealthReportBuilder report) {
    report(report, state != State.FAILED, problem);
  }

  public void startup(HealthReport.HealthReportBuilder report) {
    report(report, prepared, link.problem());
  }

  private void report(HealthReport.HealthReportBuilder report, boolean up, String why) {
    if (!settings.healthEnabled()) {
      return;
    }
    if (up || why == null) {
      report.add(settings.channel(), up);
    } else {
      report.add(settings.channel(), false, why);
    }
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
