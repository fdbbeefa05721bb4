package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import dev.dotori.redisstreams.metrics.ChannelMetrics;
import dev.dotori.redisstreams.metrics.ChannelState;
import dev.dotori.redisstreams.metrics.OutgoingGauges;
import dev.dotori.redisstreams.tracing.OutgoingTracing;
import dev.dotori.redisstreams.tracing.PublishSpan;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Adds messages to streams, many in flight on one connection and in order.
 *
 * <p>What was sent and not answered when a connection breaks is sent again on the next one, in the
 * same order: without idempotence an entry may then be there twice, and none is missing.
 *
 * <p>What Redis refuses for now (out of memory, a script at work, too few replicas) is sent again
 * in the same order until it is taken or the publish timeout is over. Messages that were in flight
 * behind it may have been taken meanwhile. With idempotence they are not: each names the one before
 * it, and is refused if that was.
 */
public final class OutgoingRedisStreamsChannel implements RedisLink.Listener, OutgoingGauges {

  private static final int COMMANDS = 0;
  private static final Duration LEAST_SILENCE = Duration.ofSeconds(5);
  private static final long ANSWER_TIMEOUT_MS = 5_000;
  private static final long FIRST_REFUSAL_DELAY_MS = 20;
  private static final long LONGEST_REFUSAL_DELAY_MS = 1_000;
  private static final int MOST_STREAMS_KEPT = 1_000;
  private static final long MOVER_SHARE_MS = 20;

  /**
   * With so many in flight, what arrives is sent when the next answer is read. Whatever is written
   * while reading leaves in one packet; outside of it each command costs a system call.
   */
  private static final int SENT_TOGETHER_FROM = 16;

  private final ContextInternal context;
  private final OutgoingSettings settings;
  private final ChannelMetrics metrics;
  private final MessageEncoder encoder;
  private final RedisLink link;
  private final boolean cluster;

  // Written by other threads.
  private final ConcurrentLinkedQueue<Message<?>> arrived = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile Flow.Subscription subscription;

  // The event loop's.
  /** What was taken on and is not settled, in order; may hold settled ones behind the first. */
  private final Deque<Publication> window = new ArrayDeque<>();

  /** Those of the window that can be sent, in order. */
  private final Deque<Publication> unsent = new ArrayDeque<>();

  /** The last one sent to each stream while it has no answer: the next one must not overtake it. */
  private final Map<String, Publication> lastSent = new HashMap<>();

  private final Set<PublishScripts.Script> knownScripts = new HashSet<>();

  private int epoch;
  private boolean started;
  private boolean takingOn;
  private volatile boolean closed;
  private int unanswered;
  private long lastAnswer;
  private int toRequest;
  private final List<Long> timers = new ArrayList<>();
  private CompletableFuture<Void> drained;

  // Refusals that pass.
  private boolean held;
  private boolean probing;
  private long holdMillis;
  private int refusedInTurn;

  // Waiting for replicas and disks: one command for all that was sent since the last.
  private List<Publication> unconfirmed = new ArrayList<>();
  private boolean confirming;

  // Streams of single messages.
  private final Set<String> agreed = new HashSet<>();
  private final Set<String> asked = new HashSet<>();
  private final Map<String, DueEntries> movers = new LinkedHashMap<>();

  // Read by health checks.
  private volatile boolean everConnected;
  private volatile String refused;
  private final Heartbeat eventLoop = new Heartbeat();

  // Read as gauges.
  private volatile int inFlight;
  private volatile long oldestSince;

  public OutgoingRedisStreamsChannel(
      Vertx vertx,
      RedisOptions options,
      OutgoingSettings settings,
      ChannelMetrics metrics,
      OutgoingTracing tracing) {
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    this.settings = settings;
    this.metrics = metrics;
    this.encoder = new MessageEncoder(settings, tracing);
    this.cluster = options.getType() == RedisClientType.CLUSTER;
    this.link = new RedisLink(context, options, settings.stream(), settings.channel(), 1, this);
    for (String stream : ownStreams()) {
      movers.put(stream, mover(stream));
    }
  }

  private String[] ownStreams() {
    return Partitions.streams(settings.stream(), settings.partitions());
  }

  // ---- the publisher's side

  public Flow.Subscriber<Message<?>> subscriber() {
    return new Flow.Subscriber<>() {
      @Override
      public void onSubscribe(Flow.Subscription by) {
        subscription = by;
        context.runOnContext(ignored -> start());
        by.request(settings.maxInFlight());
      }

      @Override
      public void onNext(Message<?> message) {
        arrived.add(message);
        wake();
      }

      @Override
      public void onError(Throwable failure) {
        log.unexpected(settings.channel(), failure);
      }

      @Override
      public void onComplete() {
        // What is in flight is still answered; the connection is closed at shutdown.
      }
    };
  }

  private void wake() {
    if (context.inThread()) {
      context.dispatch(this::arrivedNow);
    } else if (woken.compareAndSet(false, true)) {
      context.runOnContext(ignored -> {
        woken.set(false);
        arrivedNow();
      });
    }
  }

  private void arrivedNow() {
    takeOn();
    if (unanswered < SENT_TOGETHER_FROM) {
      sendAll();
    }
  }

  private void takeOn() {
    if (takingOn) {
      return; // a message that could not be taken on made room for another
    }
    takingOn = true;
    try {
      for (Message<?> message; (message = arrived.poll()) != null; ) {
        takeOn(message);
      }
    } finally {
      takingOn = false;
    }
  }

  private void takeOn(Message<?> message) {
    if (closed || drained != null) {
      settle(
          message, new IllegalStateException("channel %s is closed".formatted(settings.channel())));
      return;
    }
    Publication publication;
    try {
      publication = encoder.encode(message);
    } catch (RuntimeException e) {
      metrics.publishFailed();
      settle(message, e);
      return;
    }
    inFlight++;
    window.add(publication);
    if (isOnAnotherServer(publication)) {
      finish(publication, anotherServer(publication));
    } else if (mayBeSent(publication)) {
      unsent.add(publication);
    }
  }

  /** The channel talks to one server of a cluster. */
  private boolean isOnAnotherServer(Publication publication) {
    return cluster
        && !publication.base.equals(settings.stream())
        && PrimaryLocator.slot(publication.base) != PrimaryLocator.slot(settings.stream());
  }

  private RuntimeException anotherServer(Publication publication) {
    return new IllegalArgumentException(
        "in a cluster, stream %s needs the hash tag of the channel's stream %s"
            .formatted(publication.base, settings.stream()));
  }

  // ---- life

  private void start() {
    if (started || closed) {
      return;
    }
    started = true;
    eventLoop.beat(System.nanoTime());
    timers.add(context.owner().setPeriodic(250, id -> watch()));
    if (settings.trimming().isAsked()) {
      timers.add(
          context
              .owner()
              .setPeriodic(Math.max(10, settings.maintenanceInterval().toMillis()), id -> trim()));
    }
    link.open();
  }

  @Override
  public Future<Void> prepare() {
    return Partitions.agree(this::command, settings.stream(), settings.partitions())
        .compose(agreed -> settings.durability().check(link.features(), this::command));
  }

  private Future<Response> command(Request request) {
    return link.send(COMMANDS, request);
  }

  @Override
  public void connected() {
    everConnected = true;
    lastAnswer = System.nanoTime();
    movers.values().forEach(DueEntries::start);
    queueAgain();
    sendAll();
  }

  @Override
  public void disconnected() {
    epoch++;
    unanswered = 0;
    lastSent.clear();
    knownScripts.clear();
    held = false;
    probing = false;
    confirming = false;
    unconfirmed.clear();
    agreed.clear();
    asked.clear();
    movers.values().forEach(DueEntries::stop);
    for (Publication each : window) {
      each.sent = false;
      each.added = false;
    }
  }

  /** What is not sent is sent next, in the order in which it was taken on. */
  private void queueAgain() {
    unsent.clear();
    for (Publication each : window) {
      if (!each.sent && !each.settled && mayBeSent(each)) {
        unsent.add(each);
      }
    }
  }

  // ---- sending

  private void sendAll() {
    if (!link.isConnected() || held) {
      return;
    }
    for (Publication next; (next = unsent.peek()) != null; ) {
      if (probing && unanswered > 0) {
        break;
      }
      unsent.poll();
      if (!next.settled) {
        send(next);
        if (held || !link.isConnected()) {
          return;
        }
      }
    }
    confirm();
  }

  private void send(Publication publication) {
    publication.sent = true;
    if (unanswered++ == 0) {
      lastAnswer = System.nanoTime();
    }
    if (settings.durability().isAwaited()) {
      unconfirmed.add(publication);
    }
    int sentIn = epoch;
    command(request(publication))
        .onComplete(answer -> {
          if (sentIn == epoch) {
            answered(publication, answer);
          }
        });
  }

  private Request request(Publication publication) {
    if (publication.script == null) {
      return publication.plainRequest();
    }
    Publication predecessor = null;
    if (publication.isChained()) {
      predecessor = lastSent.put(publication.stream, publication);
    }
    return publication.scriptRequest(
        publication.scriptUnknown || !knownScripts.contains(publication.script), predecessor);
  }

  private void answered(Publication publication, AsyncResult<Response> answer) {
    unanswered--;
    lastAnswer = System.nanoTime();
    if (publication.isChained()) {
      lastSent.remove(publication.stream, publication);
    }
    if (answer.succeeded()) {
      added(publication, answer.result());
    } else {
      refused(publication, answer.cause());
    }
    takeOn();
    sendAll();
    if (held && unanswered == 0) {
      goOnLater();
    }
  }

  private void added(Publication publication, Response id) {
    refused = null;
    refusedInTurn = 0;
    probing = false;
    if (publication.script != null) {
      knownScripts.add(publication.script);
    }
    if (publication.isScheduled()) {
      mover(publication).lookWithin(publication.dueIn);
    }
    if (publication.settled) {
      return; // its publisher has waited long enough
    }
    publication.answer = id;
    if (publication.result != null) {
      publication.result.setResult(publication.entryId());
    }
    if (settings.durability().isAwaited()) {
      publication.added = true;
    } else {
      finish(publication, null);
    }
  }

  private void refused(Publication publication, Throwable cause) {
    if (RedisLink.isConnectionFailure(cause)) {
      // It stays in the window for the next connection. A server that answers so to one command
      // answers so to all.
      publication.refusal = cause;
      link.renew(String.valueOf(cause.getMessage()));
      return;
    }
    publication.sent = false;
    if (publication.settled) {
      return;
    }
    Refusal refusal = Refusal.of(cause);
    switch (refusal) {
      case SCRIPT_UNKNOWN -> {
        publication.scriptUnknown = true;
        hold(0);
      }
      case BEHIND_ANOTHER -> hold(0);
      case FOR_NOW -> {
        if (refused == null) {
          log.refused(settings.channel(), "messages for now", cause.getMessage());
        }
        refused = cause.getMessage();
        publication.refusal = cause;
        hold(
            Math.min(
                LONGEST_REFUSAL_DELAY_MS, FIRST_REFUSAL_DELAY_MS << Math.min(refusedInTurn, 10)));
      }
      case FOR_GOOD -> {
        log.refused(settings.channel(), "a message", cause.getMessage());
        finish(publication, cause);
      }
    }
  }

  // ---- refusals that pass

  /** Sends nothing more; what is in flight is answered first. */
  private void hold(long millis) {
    holdMillis = held ? Math.max(holdMillis, millis) : millis;
    held = true;
  }

  private void goOnLater() {
    if (holdMillis == 0) {
      goOn();
      return;
    }
    int heldIn = epoch;
    context
        .owner()
        .setTimer(
            holdMillis,
            id -> {
              if (heldIn == epoch && held) {
                // One alone shows whether the others would be taken.
                probing = true;
                refusedInTurn++;
                goOn();
              }
            });
  }

  private void goOn() {
    held = false;
    queueAgain();
    sendAll();
  }

  // ---- waiting for replicas and disks

  private void confirm() {
    if (confirming || unconfirmed.isEmpty() || !link.isConnected()) {
      return;
    }
    List<Publication> group = unconfirmed;
    unconfirmed = new ArrayList<>();
    confirming = true;
    int sentIn = epoch;
    settings
        .durability()
        .await(this::command)
        .onComplete(answer -> {
          if (sentIn != epoch) {
            return;
          }
          confirming = false;
          lastAnswer = System.nanoTime();
          if (answer.failed()
              && RedisLink.isConnectionFailure(answer.cause())
              && !(answer.cause() instanceof Durability.NotReachedException)) {
            link.renew(String.valueOf(answer.cause().getMessage()));
            return;
          }
          for (Publication each : group) {
            if (each.added && !each.settled) {
              finish(each, answer.cause());
            }
          }
          takeOn();
          sendAll();
        });
  }

  // ---- streams of single messages

  /** Whether all agree on the number of partitions of its stream; asks if that is not known. */
  private boolean mayBeSent(Publication publication) {
    String base = publication.base;
    if (settings.partitions() == Partitions.NONE
        || base.equals(settings.stream())
        || agreed.contains(base)) {
      return true;
    }
    if (link.isConnected() && asked.add(base)) {
      int askedIn = epoch;
      Partitions.agree(this::command, base, settings.partitions())
          .onComplete(answer -> {
            if (askedIn == epoch) {
              asked.remove(base);
              agreement(base, answer);
            }
          });
    }
    return false;
  }

  private void agreement(String base, AsyncResult<Void> answer) {
    if (answer.failed()
        && answer.cause() instanceof ErrorType
        && RedisLink.isConnectionFailure(answer.cause())) {
      link.renew(answer.cause().getMessage());
      return;
    }
    if (answer.failed() && Refusal.of(answer.cause()) == Refusal.FOR_NOW) {
      askAgainLater();
      return;
    }
    if (answer.succeeded()) {
      if (agreed.size() >= MOST_STREAMS_KEPT) {
        agreed.clear();
      }
      agreed.add(base);
    }
    for (Publication each : List.copyOf(window)) {
      if (each.base.equals(base) && !each.settled && !each.sent) {
        if (answer.succeeded()) {
          unsent.add(each);
        } else {
          finish(each, answer.cause());
        }
      }
    }
    sendAll();
  }

  private void askAgainLater() {
    int askedIn = epoch;
    context
        .owner()
        .setTimer(
            LONGEST_REFUSAL_DELAY_MS,
            id -> {
              if (askedIn == epoch) {
                queueAgain();
                sendAll();
              }
            });
  }

  private DueEntries mover(Publication publication) {
    DueEntries known = movers.get(publication.stream);
    if (known == null) {
      if (movers.size() >= MOST_STREAMS_KEPT + ownStreams().length) {
        dropOldestMover();
      }
      known = mover(publication.stream);
      movers.put(publication.stream, known);
      known.start();
    }
    return known;
  }

  /** Its stream's readers move what is due, too. */
  private void dropOldestMover() {
    Iterator<DueEntries> all = movers.values().iterator();
    for (int own = ownStreams().length; own > 0; own--) {
      all.next();
    }
    all.next().stop();
    all.remove();
  }

  private DueEntries mover(String stream) {
    return new DueEntries(
        context.owner(),
        this::command,
        failure -> quietly("moving messages that are due", failure),
        DueEntries.scheduledSet(stream),
        stream,
        DueEntries.Member.TOKEN_THEN_FIELDS,
        // Of many partitions each is looked at less often: their readers do so, too.
        Math.max(DueEntries.LONGEST_WAIT_MS, settings.partitions() * MOVER_SHARE_MS));
  }

  private void trim() {
    if (!link.isConnected()) {
      return;
    }
    for (String stream : ownStreams()) {
      settings.trimming().trim(stream, this::command, failure -> quietly("trimming", failure));
    }
  }

  private void quietly(String what, Throwable failure) {
    if (!RedisLink.isConnectionFailure(failure)) {
      log.refused(settings.channel(), what, failure.getMessage());
    } else if (failure instanceof ErrorType) {
      link.renew(failure.getMessage());
    }
  }

  // ---- settling

  private void finish(Publication publication, Throwable failure) {
    publication.settled = true;
    while (!window.isEmpty() && window.peek().settled) {
      window.poll();
    }
    if (window.isEmpty()) {
      // Nothing waits, so nobody would find out that it passed.
      refused = null;
    }
    inFlight--;
    if (failure == null) {
      metrics.published(System.nanoTime() - publication.since);
      if (publication.span != PublishSpan.NONE) {
        publication.span.published(publication.entryId());
      }
    } else {
      metrics.publishFailed();
      publication.span.failed(failure);
    }
    settle(publication.message, failure);
  }

  private void settle(Message<?> message, Throwable failure) {
    try {
      if (failure == null) {
        message.ack();
      } else {
        message.nack(failure);
      }
    } catch (RuntimeException e) {
      log.unexpected(settings.channel(), e);
    }
    // Not one by one: each request is work for all stages before this one.
    toRequest++;
    if (window.isEmpty() || toRequest >= settings.maxInFlight() / 4) {
      int more = toRequest;
      toRequest = 0;
      subscription.request(more);
    }
    closeWhenDrained();
  }

  private void watch() {
    long now = System.nanoTime();
    eventLoop.beat(now);
    if (link.isConnected()
        && (unanswered > 0 || confirming)
        && now - lastAnswer
            > TimeUnit.MILLISECONDS.toNanos(ANSWER_TIMEOUT_MS)
                + (confirming ? 2 * settings.durability().timeout().toNanos() : 0)) {
      link.renew("no answer to a command");
    }
    Publication first = window.peek();
    oldestSince = first == null ? 0 : first.since;
    for (Publication oldest; (oldest = window.peek()) != null; ) {
      if (now - oldest.since < settings.publishTimeout().toNanos()) {
        return;
      }
      finish(oldest, new IllegalStateException(whyNotAdded(oldest), oldest.refusal));
    }
  }

  private String whyNotAdded(Publication publication) {
    String reason;
    if (!link.isConnected()) {
      reason = link.problem();
    } else if (publication.sent) {
      reason = "Redis has not answered";
    } else if (refused != null) {
      reason = refused;
    } else {
      reason = "others are before it";
    }
    return "not added to stream %s within %s: %s"
        .formatted(publication.stream, settings.publishTimeout(), reason);
  }

  // ---- the end

  /** Takes nothing more, waits for what is in flight, and closes. */
  public CompletableFuture<Void> drain() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.runOnContext(ignored -> {
      if (closed) {
        done.complete(null);
        return;
      }
      takeOn();
      sendAll();
      drained = done;
      context.owner().setTimer(Math.max(1, settings.shutdownTimeout().toMillis()), id -> close());
      closeWhenDrained();
    });
    return done;
  }

  private void closeWhenDrained() {
    if (drained != null && window.isEmpty()) {
      close();
    }
  }

  private void close() {
    if (closed) {
      return;
    }
    closed = true;
    timers.forEach(context.owner()::cancelTimer);
    movers.values().forEach(DueEntries::stop);
    link.close();
    while (!window.isEmpty()) {
      Publication left = window.poll();
      if (!left.settled) {
        finish(left, RedisLink.NotConnected.INSTANCE);
      }
    }
    if (drained != null) {
      drained.complete(null);
    }
  }

  // ---- what can be seen

  /** How the channel stands now. */
  public ChannelState state() {
    return new ChannelState(
        settings.channel(),
        ChannelState.Direction.OUTGOING,
        settings.stream(),
        null,
        null,
        link.isConnected(),
        whyNotReady(),
        inFlight,
        null);
  }

  @Override
  public int inFlightMessages() {
    return inFlight;
  }

  @Override
  public long oldestUnansweredNanos() {
    long since = oldestSince;
    return inFlight == 0 || since == 0 ? 0 : System.nanoTime() - since;
  }

  // ---- health

  public void readiness(HealthReport.HealthReportBuilder report) {
    if (settings.healthReadinessEnabled()) {
      report(report, whyNotReady());
    }
  }

  private String whyNotReady() {
    return link.isConnected()
        ? refused
        : Objects.requireNonNullElse(link.problem(), "not connected");
  }

  public void liveness(HealthReport.HealthReportBuilder report) {
    // The event loop nacks what Redis does not take within the publish timeout. So what waits for
    // much longer waits for the event loop.
    Duration limit = settings.publishTimeout().multipliedBy(2).plus(LEAST_SILENCE);
    report(report, closed ? null : eventLoop.complaint(System.nanoTime(), limit).orElse(null));
  }

  public void startup(HealthReport.HealthReportBuilder report) {
    report(report, everConnected ? null : whyNotReady());
  }

  private void report(HealthReport.HealthReportBuilder report, String problem) {
    if (!settings.healthEnabled()) {
      return;
    }
    if (problem == null) {
      report.add(settings.channel(), true);
    } else {
      report.add(settings.channel(), false, problem);
    }
  }
}
