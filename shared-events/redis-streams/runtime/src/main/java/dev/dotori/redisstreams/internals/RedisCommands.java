package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * An incoming channel's commands: sent, watched, and tried again as their failure tells. On the
 * channel's event loop.
 *
 * <p>Connections come and go. What depends on the one it was sent on is asked with {@link
 * #onAnswer}, whose answers end with that connection.
 */
final class RedisCommands {

  // A blocked read holds up everything behind it on its connection, so it has one of its own.
  private static final int READER = 0;
  private static final int COMMANDS = 1;

  /** How many connections this needs. */
  static final int CONNECTIONS = 2;

  static final long AGAIN_AFTER_REFUSAL_MS = 1_000;
  private static final long ANSWER_TIMEOUT_MS = 5_000;

  private final ContextInternal context;
  private final RedisLink link;
  private final IncomingRedisStreamsChannel channel;
  private final long blockNanos;
  private final Deque<Runnable> onConnected = new ArrayDeque<>();

  private int epoch;
  private int unanswered;
  private long unansweredSince;
  private boolean reading;
  private long readingSince;
  private long readAnsweredAt = System.nanoTime();
  private String readerId;

  RedisCommands(ContextInternal context, RedisLink link, IncomingRedisStreamsChannel channel) {
    this.context = context;
    this.link = link;
    this.channel = channel;
    this.blockNanos = channel.settings().block().toNanos();
  }

  boolean isConnected() {
    return link.isConnected();
  }

  /** The number of the connections in use; it rises each time they are made again. */
  int session() {
    return epoch;
  }

  // ---- sending

  Future<Response> send(Request request) {
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

  /** Sends a command that may wait in Redis, for the settings' {@code block} at most. */
  Future<Response> read(Request request) {
    reading = true;
    readingSince = System.nanoTime();
    int sent = epoch;
    return link.send(READER, request)
        .onComplete(answer -> {
          if (sent == epoch) {
            reading = false;
            readAnsweredAt = System.nanoTime();
          }
        });
  }

  /** Passes the answer on, unless the connection is gone that the question was sent on. */
  <T> void onAnswer(Future<T> answer, Handler<AsyncResult<T>> then) {
    int sent = epoch;
    answer.onComplete(result -> {
      if (sent == epoch) {
        then.handle(result);
      }
    });
  }

  /** As {@link #onAnswer}, for a step whose result a further one needs. */
  <T, R> Future<R> compose(Future<T> answer, R ifGone, Step<T, R> then) {
    int sent = epoch;
    return answer.compose(
        value -> sent == epoch ? then.apply(value) : context.succeededFuture(ifGone));
  }

  /** What follows an answer. */
  interface Step<T, R> {
    Future<R> apply(T value);
  }

  /** Sends a command until Redis has answered it, over as many connections as it takes. */
  Future<Response> sendUntilAnswered(Supplier<Request> request, String what) {
    Promise<Response> done = context.promise();
    sendUntilAnswered(request, what, done);
    return done.future();
  }

  private void sendUntilAnswered(Supplier<Request> request, String what, Promise<Response> done) {
    if (channel.isClosed()) {
      done.fail(RedisLink.NotConnected.INSTANCE);
      return;
    }
    if (!isConnected()) {
      onConnected.add(() -> sendUntilAnswered(request, what, done));
      return;
    }
    send(request.get())
        .onComplete(answer -> {
          if (answer.succeeded()) {
            done.complete(answer.result());
          } else {
            refused(what, answer.cause(), () -> sendUntilAnswered(request, what, done));
          }
        });
  }

  // ---- what a failure means

  /** Decides what a failed command means, and runs {@code again} when it makes sense to. */
  void refused(String what, Throwable failure, Runnable again) {
    if (channel.isClosed()) {
      return;
    }
    if (RedisLink.isConnectionFailure(failure)) {
      onConnected.add(again);
      if (failure instanceof ErrorType && isConnected()) {
        link.renew(failure.getMessage());
      }
      return;
    }
    if (!isConnected()) {
      onConnected.add(again);
      return;
    }
    if (RedisLink.isNoGroup(failure)) {
      channel
          .makeGroups()
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
    channel.refused("Redis refused " + what + ": " + failure.getMessage());
    log.refused(channel.settings().channel(), what, failure.getMessage());
    context.owner().setTimer(AGAIN_AFTER_REFUSAL_MS, id -> again.run());
  }

  /** For what is tried again at its next interval anyway. */
  void refusedQuietly(String what, Throwable failure) {
    // A lost connection is reported elsewhere, a lost group is made again by those who need it.
    if (!RedisLink.isConnectionFailure(failure) && !RedisLink.isNoGroup(failure)) {
      log.refused(channel.settings().channel(), what, failure.getMessage());
    }
  }

  // ---- what waits for its time

  /** Moves what is due; from {@link DueEntries#start()} on. */
  DueEntries dueEntries(String from, String to, DueEntries.Member member) {
    return new DueEntries(
        context.owner(),
        this::send,
        failure -> refused("moving entries that are due", failure, () -> {}),
        from,
        to,
        member,
        DueEntries.LONGEST_WAIT_MS);
  }

  /** Moves a stream's delayed messages when they are due: their publisher may be gone. */
  DueEntries scheduledEntries(String stream) {
    return dueEntries(DueEntries.scheduledSet(stream), stream, DueEntries.Member.TOKEN_THEN_FIELDS);
  }

  // ---- the connections' life

  /** Makes the reading connection known to {@link #endRead}. */
  Future<Void> prepare() {
    return link.connection(READER)
        .send(Request.cmd(Command.CLIENT).arg("ID"))
        .transform(id -> {
          // Only used to end a blocked read early, if this user may.
          readerId = id.succeeded() ? id.result().toString() : null;
          return id.failed() && !(id.cause() instanceof ErrorType)
              ? context.failedFuture(id.cause())
              : context.succeededFuture();
        });
  }

  /** Sends a command before the channel counts as connected. */
  Future<Response> sendWhilePreparing(Request request) {
    return link.connection(COMMANDS).send(request);
  }

  void connected() {
    for (int i = onConnected.size(); i > 0; i--) {
      onConnected.poll().run();
    }
  }

  void disconnected() {
    epoch++;
    reading = false;
    unanswered = 0;
  }

  /** Ends a read that waits in Redis, if there is one and this user may. */
  void endRead() {
    if (reading && readerId != null && isConnected()) {
      long of = readingSince;
      // An error only means that this user may not: then the read ends by itself.
      send(Request.cmd(Command.CLIENT).arg("UNBLOCK").arg(readerId))
          .onSuccess(ended -> {
            // It may have come before the read, which is on another connection.
            if (ended.toInteger() == 0 && reading && readingSince == of) {
              endRead();
            }
          });
    }
  }

  /** When Redis last answered a read, if only to refuse it. */
  long readAnsweredAt() {
    return readAnsweredAt;
  }

  /** Closes connections that no longer answer, which TCP alone may notice only after minutes. */
  void watch(long now) {
    if (!isConnected()) {
      return;
    }
    long timeout = TimeUnit.MILLISECONDS.toNanos(ANSWER_TIMEOUT_MS);
    if (reading && now - readingSince > blockNanos + timeout) {
      link.renew("no answer to a read");
    } else if (unanswered > 0 && now - unansweredSince > timeout) {
      link.renew("no answer to a command");
    }
  }

  /** Tells whoever waits for an answer that it can't come any more. */
  void close() {
    List<Runnable> waiting = new ArrayList<>(onConnected);
    onConnected.clear();
    waiting.forEach(Runnable::run);
  }
}
