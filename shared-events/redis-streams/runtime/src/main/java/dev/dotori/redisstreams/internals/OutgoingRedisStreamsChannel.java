package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
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
 * same order: an entry may then be there twice, and none is missing.
 */
public final class OutgoingRedisStreamsChannel implements RedisLink.Listener {

  private static final int COMMANDS = 0;
  private static final long ANSWER_TIMEOUT_MS = 5_000;

  private final ContextInternal context;
  private final OutgoingSettings settings;
  private final RedisLink link;

  // Written by other threads.
  private final ConcurrentLinkedQueue<Message<?>> arrived = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile Flow.Subscription subscription;

  // The event loop's.
  /** What was taken on and is not answered, in order. */
  private final Deque<Sending> window = new ArrayDeque<>();

  private int epoch;
  private boolean started;
  private boolean closed;
  private long watchTimer = -1;
  private CompletableFuture<Void> drained;

  // Read by health checks.
  private volatile boolean everConnected;

  private static final class Sending {
    final Message<?> message;
    final Request xadd;
    final long since = System.nanoTime();
    boolean sent;
    boolean answered;

    Sending(Message<?> message, Request xadd) {
      this.message = message;
      this.xadd = xadd;
    }
  }

  public OutgoingRedisStreamsChannel(Vertx vertx, RedisOptions options, OutgoingSettings settings) {
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    this.settings = settings;
    this.link = new RedisLink(context, options, settings.stream(), settings.channel(), 1, this);
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
      context.dispatch(this::takeOn);
    } else if (woken.compareAndSet(false, true)) {
      context.runOnContext(ignored -> {
        woken.set(false);
        takeOn();
      });
    }
  }

  private void takeOn() {
    for (Message<?> message; (message = arrived.poll()) != null; ) {
      if (closed || drained != null) {
        settle(
            message,
            new IllegalStateException("channel %s is closed".formatted(settings.channel())));
        continue;
      }
      Request xadd;
      try {
        xadd = xadd(message);
      } catch (RuntimeException e) {
        settle(message, e);
        continue;
      }
      Sending sending = new Sending(message, xadd);
      window.add(sending);
      if (link.isConnected()) {
        send(sending);
      }
    }
  }

  private Request xadd(Message<?> message) {
    OutgoingRedisStreamMetadata metadata =
        message
            .getMetadata(OutgoingRedisStreamMetadata.class)
            .orElseGet(OutgoingRedisStreamMetadata::create);
    Request xadd =
        Request.cmd(Command.XADD).arg(metadata.stream().orElse(settings.stream())).arg("*");
    OutgoingCloudEventMetadata<?> event =
        message.getMetadata(OutgoingCloudEventMetadata.class).orElse(null);
    if (event != null) {
      CloudEvents.write(event, xadd);
    }
    Object payload = message.getPayload();
    String contentType =
        event == null
            ? contentType(payload)
            : event.getDataContentType().orElseGet(() -> contentType(payload));
    if (contentType != null && !metadata.fields().containsKey(CloudEvents.CONTENT_TYPE_FIELD)) {
      xadd.arg(CloudEvents.CONTENT_TYPE_FIELD).arg(contentType);
    }
    metadata.key().ifPresent(key -> xadd.arg("key").arg(key));
    for (Map.Entry<String, byte[]> field : metadata.fields().entrySet()) {
      xadd.arg(field.getKey()).arg(field.getValue());
    }
    return xadd.arg(CloudEvents.DATA_FIELD).arg(bytes(payload));
  }

  private static String contentType(Object payload) {
    return switch (payload) {
      case null -> null;
      case byte[] ignored -> null;
      case Buffer ignored -> null;
      case CharSequence ignored -> "text/plain";
      default -> "application/json";
    };
  }

  private static byte[] bytes(Object payload) {
    return switch (payload) {
      case null -> new byte[0];
      case byte[] bytes -> bytes;
      case Buffer buffer -> buffer.getBytes();
      case CharSequence text -> text.toString().getBytes(StandardCharsets.UTF_8);
      case JsonObject json -> json.toBuffer().getBytes();
      case JsonArray json -> json.toBuffer().getBytes();
      default -> Json.encodeToBuffer(payload).getBytes();
    };
  }

  // ---- sending

  private void start() {
    if (started || closed) {
      return;
    }
    started = true;
    watchTimer = context.owner().setPeriodic(250, id -> watch());
    link.open();
  }

  @Override
  public Future<Void> prepare() {
    return context.succeededFuture();
  }

  @Override
  public void connected() {
    everConnected = true;
    for (Sending each : window) {
      send(each);
    }
  }

  @Override
  public void disconnected() {
    epoch++;
    for (Sending each : window) {
      each.sent = false;
    }
  }

  private void send(Sending sending) {
    if (sending.answered || sending.sent) {
      return;
    }
    sending.sent = true;
    int sentIn = epoch;
    link.send(COMMANDS, sending.xadd)
        .onComplete(answer -> {
          if (sentIn != epoch || sending.answered) {
            return; // it is sent again, or was given up
          }
          if (answer.succeeded()) {
            added(sending, answer.result());
          } else if (RedisLink.isConnectionFailure(answer.cause())) {
            // It stays in the window for the next connection. A server that answers so to one
            // command answers so to all.
            sending.sent = false;
            if (answer.cause() instanceof ErrorType) {
              link.renew(answer.cause().getMessage());
            }
          } else {
            log.refused(settings.channel(), "a message", answer.cause().getMessage());
            finish(sending, answer.cause());
          }
        });
  }

  private void added(Sending sending, Response id) {
    OutgoingMessageMetadata.setResultOnMessage(sending.message, id.toString());
    finish(sending, null);
  }

  private void finish(Sending sending, Throwable failure) {
    sending.answered = true;
    while (!window.isEmpty() && window.peek().answered) {
      window.poll();
    }
    settle(sending.message, failure);
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
    subscription.request(1);
    closeWhenDrained();
  }

  private void watch() {
    long now = System.nanoTime();
    Sending oldest = window.peek();
    if (oldest == null) {
      return;
    }
    if (link.isConnected()
        && oldest.sent
        && now - oldest.since > TimeUnit.MILLISECONDS.toNanos(ANSWER_TIMEOUT_MS)) {
      link.renew("no answer to a command");
    }
    for (Iterator<Sending> each = window.iterator(); each.hasNext(); ) {
      Sending sending = each.next();
      if (now - sending.since < settings.publishTimeout().toNanos()) {
        return;
      }
      if (!sending.answered) {
        each.remove();
        sending.answered = true;
        settle(
            sending.message,
            new IllegalStateException(
                "not added to the stream within " + settings.publishTimeout()));
      }
    }
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
    if (watchTimer >= 0) {
      context.owner().cancelTimer(watchTimer);
    }
    link.close();
    while (!window.isEmpty()) {
      Sending left = window.poll();
      if (!left.answered) {
        left.answered = true;
        settle(left.message, RedisLink.NotConnected.INSTANCE);
      }
    }
    if (drained != null) {
      drained.complete(null);
    }
  }

  // ---- health

  public void readiness(HealthReport.HealthReportBuilder report) {
    report(report, link.isConnected());
  }

  public void liveness(HealthReport.HealthReportBuilder report) {
    report(report, true);
  }

  public void startup(HealthReport.HealthReportBuilder report) {
    report(report, everConnected);
  }

  private void report(HealthReport.HealthReportBuilder report, boolean up) {
    if (!settings.healthEnabled()) {
      return;
    }
    if (up) {
      report.add(settings.channel(), true);
    } else {
      report.add(settings.channel(), false, link.problem());
    }
  }
}
