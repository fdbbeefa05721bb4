package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import dev.dotori.redisstreams.fault.RedisStreamsFailureHandler;
import dev.dotori.redisstreams.metrics.ChannelMetrics;
import dev.dotori.redisstreams.metrics.ChannelState;
import dev.dotori.redisstreams.metrics.IncomingGauges;
import dev.dotori.redisstreams.metrics.StreamState;
import dev.dotori.redisstreams.tracing.IncomingTracing;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Reads a stream as a member of a consumer group and hands its entries to one subscriber.
 *
 * <p>All state is confined to one event loop; handlers on other threads reach it through {@link
 * #wake()}. This class is the loop: fetch, hand over, settle, and the channel's life around it.
 * Where entries come from is the {@link EntrySource}'s, how they end the {@link Settlements}'.
 */
public final class IncomingRedisStreamsChannel implements RedisLink.Listener, IncomingGauges {

  private enum State {
    NEW,
    RUNNING,
    DRAINING,
    FAILED,
    CLOSED
  }

  /** A command that Redis refused, not for the connection's sake. */
  private record Refusal(String why, long at) {
    static final Refusal NONE = new Refusal(null, 0);

    /** Whether it is not long enough ago to know that the command has succeeded since. */
    boolean isCurrent(long now) {
      return why != null
          && now - at < TimeUnit.MILLISECONDS.toNanos(2 * RedisCommands.AGAIN_AFTER_REFUSAL_MS);
    }
  }

  private static final long WATCH_INTERVAL_MS = 250;
  private static final long CLOSING_TIMEOUT_MS = 2_000;
  private static final long STATE_TIMEOUT_MS = 1_000;

  private final ContextInternal context;
  private final IncomingSettings settings;
  private final ChannelMetrics metrics;
  private final RedisLink link;
  private final RedisCommands commands;
  private final InFlight inFlight;
  private final Acknowledgements acknowledgements;
  private final Settlements settlements;
  private final EntrySource source;
  private final StateSampler sampler;
  private final IncomingVitals vitals;
  private final IncomingTracing tracing;

  // Written by other threads.
  private final AtomicLong demand = new AtomicLong();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final AtomicBoolean subscribed = new AtomicBoolean();
  private final Queue<StreamEntry> acknowledgedElsewhere = new ConcurrentLinkedQueue<>();

  // Read by health checks.
  private volatile State state = State.NEW;
  private volatile boolean prepared;
  private volatile String failure;
  private volatile Refusal refusal = Refusal.NONE;

  // From here on, the event loop's.
  private Flow.Subscriber<? super Message<?>> subscriber;
  private boolean pumping;
  private boolean pumpAgain;
  private long watchTimer = -1;
  private long samplingTimer = -1;
  private CompletableFuture<Void> drained;
  private boolean finishing;

  public IncomingRedisStreamsChannel(
      Vertx vertx,
      RedisOptions options,
      IncomingSettings settings,
      RedisStreamsFailureHandler failureHandler,
      ChannelMetrics metrics,
      IncomingTracing tracing) {
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    this.settings = settings;
    this.metrics = metrics;
    this.link =
        new RedisLink(
            context,
            options,
            settings.stream(),
            settings.channel(),
            RedisCommands.CONNECTIONS,
            this);
    this.commands = new RedisCommands(context, link, this);
    this.inFlight = new InFlight(settings);
    this.acknowledgements = new Acknowledgements(this);
    this.settlements = new Settlements(this, failureHandler);
    this.source =
        settings.partitions() == Partitions.NONE
            ? new SharedStream(this)
            : new PartitionedStream(this);
    this.sampler = new StateSampler(settings, commands);
    this.vitals =
        new IncomingVitals(
            settings.block(), settings.healthPollMaxAge(), settings.healthUnprocessedMaxAge());
    this.tracing = tracing;
  }

  // ---- what the channel's parts share

  IncomingSettings settings() {
    return settings;
  }

  ChannelMetrics metrics() {
    return metrics;
  }

  RedisCommands commands() {
    return commands;
  }

  InFlight inFlight() {
    return inFlight;
  }

  Settlements settlements() {
    return settlements;
  }

  EntrySource source() {
    return source;
  }

  Vertx vertx() {
    return context.owner();
  }

  boolean isRunning() {
    return state == State.RUNNING;
  }

  boolean isClosed() {
    return state == State.CLOSED;
  }

  /** Runs a task at an interval, while there is a connection; answers the timer's id. */
  long every(Duration interval, Runnable task) {
    return vertx()
        .setPeriodic(
            Math.max(10, interval.toMillis()),
            id -> {
              if (link.isConnected()) {
                task.run();
              }
            });
  }

  /** Makes the channel unready while a command is refused, which is sent again each second. */
  void refused(String why) {
    refusal = new Refusal(why, System.nanoTime());
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

  // ---- life

  private void start() {
    if (state != State.NEW) {
      return;
    }
    state = State.RUNNING;
    source.start();
    watch();
    watchTimer = vertx().setPeriodic(WATCH_INTERVAL_MS, id -> watch());
    if (metrics != ChannelMetrics.NONE) {
      samplingTimer = every(settings.metricsInterval(), sampler::sample);
    }
    link.open();
  }

  private void watch() {
    long now = System.nanoTime();
    commands.watch(now);
    boolean readDue = commands.isConnected() && source.isReadDue();
    vitals.beat(now, readDue, commands.readAnsweredAt(), inFlight.oldestInWork());
  }

  @Override
  public Future<Void> prepare() {
    return makeGroups().compose(made -> commands.prepare());
  }

  Future<Void> makeGroups() {
    return source.prepare().onSuccess(made -> prepared = true);
  }

  @Override
  public void connected() {
    refusal = Refusal.NONE;
    source.connected();
    commands.connected();
    acknowledgements.flush();
    wake();
  }

  @Override
  public void disconnected() {
    commands.disconnected();
    source.disconnected();
  }

  // ---- the loop: fetch, hand over, fetch

  void wake() {
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
          done(entry);
        }
        source.fetch();
        emit();
      } while (pumpAgain);
    } finally {
      pumping = false;
    }
    acknowledgements.flushWhenDue();
    finishWhenIdle();
  }

  private void emit() {
    while (isRunning() && demand.get() > 0 && inFlight.idle() > 0) {
      // Not once for all: this process may be paused between any two.
      Message<?> next = next(System.nanoTime());
      if (next == null) {
        return;
      }
      if (demand.get() != Long.MAX_VALUE) {
        demand.decrementAndGet();
      }
      subscriber.onNext(next);
      source.fetch();
    }
  }

  private Message<?> next(long now) {
    StreamEntry alone = source.nextAlone();
    if (alone != null) {
      inFlight.emit(alone, now);
      return settings.batch()
          ? new EntryBatch(List.of(alone), tracing)
          : alone.onOwnContext(tracing.begin(alone));
    }
    StreamEntry first = source.next(now);
    if (first == null) {
      return null;
    }
    inFlight.emit(first, now);
    return settings.batch() ? batchFrom(first, now) : first.onOwnContext(tracing.begin(first));
  }

  private EntryBatch batchFrom(StreamEntry first, long now) {
    List<StreamEntry> entries = new ArrayList<>();
    entries.add(first);
    while (entries.size() < settings.batchSize() && inFlight.idle() > 0) {
      StreamEntry next = source.next(now);
      if (next == null) {
        break;
      }
      inFlight.emit(next, now);
      entries.add(next);
    }
    return new EntryBatch(entries, tracing);
  }

  // ---- settling

  void acknowledged(StreamEntry entry) {
    if (context.inThread()) {
      done(entry);
    } else {
      acknowledgedElsewhere.add(entry);
    }
    wake();
  }

  private void done(StreamEntry entry) {
    acknowledgements.collect(entry);
    letGo(entry);
  }

  void failed(StreamEntry entry, Throwable reason, CompletableFuture<Void> done) {
    context.runOnContext(ignored -> settlements.failed(entry, reason, done));
  }

  void flushAcknowledgements() {
    acknowledgements.flush();
  }

  /** Whether nobody survived the entry as often as is allowed. */
  boolean isPoison(StreamEntry entry) {
    return settings.maxDeliveries() > 0 && entry.sourceDeliveries() >= settings.maxDeliveries();
  }

  /** The entry no longer takes room, but is remembered until Redis knows that it is settled. */
  private void letGo(StreamEntry entry) {
    if (entry.released) {
      return;
    }
    inFlight.letGo(entry);
    if (entry.emitted && !entry.lost) {
      metrics.processed(System.nanoTime() - entry.emittedAt);
    }
    source.letGo(entry);
  }

  /** The entry is no longer this consumer's. */
  void release(StreamEntry entry) {
    letGo(entry);
    entry.held().forget(entry);
    wake();
  }

  // ---- the end

  /** Stops the channel for good, with what is in work still to be settled. */
  void stop(Throwable reason) {
    if (isRunning()) {
      failure = String.valueOf(reason);
      state = State.FAILED;
      commands.endRead();
      source.giveBack();
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
    if (isClosed()) {
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
    if (before == State.NEW || !link.isConnected() && inFlight.inWork() == 0) {
      close();
      return;
    }
    commands.endRead();
    vertx()
        .setTimer(
            Math.max(1, settings.shutdownTimeout().toMillis()),
            id -> {
              if (!finishing && !isClosed()) {
                if (inFlight.inWork() > 0) {
                  log.notDrained(settings.channel(), inFlight.inWork());
                }
                finish();
              }
            });
    wake();
  }

  private void finishWhenIdle() {
    if (state == State.DRAINING
        && inFlight.inWork() == 0
        && acknowledgedElsewhere.isEmpty()
        && !source.isFetching()) {
      finish();
    }
  }

  private void finish() {
    if (finishing) {
      return;
    }
    finishing = true;
    long timer = vertx().setTimer(CLOSING_TIMEOUT_MS, id -> close());
    Future.join(acknowledgements.flush(), source.giveBack())
        .onComplete(all -> {
          vertx().cancelTimer(timer);
          close();
        });
  }

  private void close() {
    if (isClosed()) {
      return;
    }
    state = State.CLOSED;
    source.close();
    if (watchTimer >= 0) {
      vertx().cancelTimer(watchTimer);
    }
    if (samplingTimer >= 0) {
      vertx().cancelTimer(samplingTimer);
    }
    link.close();
    // Whoever waits for a settlement that can't come any more is told.
    commands.close();
    if (drained != null) {
      drained.complete(null);
    }
  }

  // ---- what can be seen

  @Override
  public Optional<StreamState> streamState() {
    return sampler.latest();
  }

  @Override
  public int inFlightEntries() {
    return inFlight.held();
  }

  /** How the channel stands now; of its stream only what Redis says within a second. */
  public CompletionStage<ChannelState> state() {
    CompletableFuture<StreamState> asked = new CompletableFuture<>();
    context.runOnContext(ignored ->
        sampler
            .ask()
            .onComplete(answer -> asked.complete(answer.succeeded() ? answer.result() : null)));
    return asked
        .completeOnTimeout(null, STATE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .thenApply(stream ->
            new ChannelState(
                settings.channel(),
                ChannelState.Direction.INCOMING,
                settings.stream(),
                settings.group(),
                settings.consumer(),
                link.isConnected(),
                whyNotReady(),
                inFlight.held(),
                stream));
  }

  // ---- health

  public void readiness(HealthReport.HealthReportBuilder report) {
    if (settings.healthReadinessEnabled()) {
      String why = whyNotReady();
      report(report, why == null, why);
    }
  }

  private String whyNotReady() {
    State now = state;
    if (now == State.FAILED) {
      return failure;
    }
    if (!link.isConnected()) {
      return Objects.requireNonNullElse(link.problem(), "not connected");
    }
    if (now != State.RUNNING) {
      return now.name().toLowerCase(Locale.ROOT);
    }
    Refusal last = refusal;
    return last.isCurrent(System.nanoTime()) ? last.why() : null;
  }

  public void liveness(HealthReport.HealthReportBuilder report) {
    switch (state) {
      case FAILED -> report(report, false, failure);
      case RUNNING, DRAINING -> {
        String complaint = vitals.complaint(System.nanoTime()).orElse(null);
        report(report, complaint == null, complaint);
      }
      case NEW, CLOSED -> report(report, true, null);
    }
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
}
