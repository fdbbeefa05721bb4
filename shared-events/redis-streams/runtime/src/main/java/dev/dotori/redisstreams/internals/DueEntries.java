package dev.dotori.redisstreams.internals;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Moves entries from the sorted set in which they wait to the stream on which they are due, each in
 * one atomic script. Any number of processes may do so with one set: an entry is moved once.
 *
 * <p>Everything happens on the event loop of the channel that it works for.
 */
final class DueEntries {

  private static final int MOVES_PER_SCRIPT = 100;

  /** How often to look at least, usually: other processes add entries, too. */
  static final long LONGEST_WAIT_MS = 1_000;

  /** Where the fields of an entry begin in a member. */
  enum Member {
    FIELDS(1),
    TOKEN_THEN_FIELDS(2);

    final int firstField;

    Member(int firstField) {
      this.firstField = firstField;
    }
  }

  private final Vertx vertx;
  private final Function<Request, Future<Response>> send;
  private final Consumer<Throwable> failed;
  private final String from;
  private final String to;
  private final Member member;
  private final long longestWait;

  private boolean running;
  private int run;
  private boolean moving;
  private long timer = -1;
  private long lookAt;

  /**
   * @param send sends a command
   * @param failed told why a script failed; it is tried again unless {@link #stop} was called
   * @param longestWait how long to wait before looking again, in ms, if nothing is known to be due
   */
  DueEntries(
      Vertx vertx,
      Function<Request, Future<Response>> send,
      Consumer<Throwable> failed,
      String from,
      String to,
      Member member,
      long longestWait) {
    this.vertx = vertx;
    this.send = send;
    this.failed = failed;
    this.from = from;
    this.to = to;
    this.member = member;
    this.longestWait = longestWait;
  }

  /** The sorted set of a stream's delayed messages. */
  static String scheduledSet(String stream) {
    return stream + ":scheduled";
  }

  /** Begins, or goes on: there is a connection. */
  void start() {
    stop();
    running = true;
    lookWithin(0);
  }

  /** Pauses: there is no connection, or no need. */
  void stop() {
    running = false;
    moving = false;
    run++;
    if (timer >= 0) {
      vertx.cancelTimer(timer);
      timer = -1;
    }
  }

  /** Something is due in so many ms. */
  void lookWithin(long millis) {
    if (!running) {
      return;
    }
    long wait = Math.clamp(millis, 1, longestWait);
    long at = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait);
    if (timer >= 0) {
      if (lookAt - at <= 0) {
        return;
      }
      vertx.cancelTimer(timer);
    }
    lookAt = at;
    timer =
        vertx.setTimer(
            wait,
            id -> {
              timer = -1;
              move();
            });
  }

  private void move() {
    if (moving || !running) {
      return;
    }
    moving = true;
    int current = run;
    send.apply(Scripts.moveDue(from, to, MOVES_PER_SCRIPT, member.firstField))
        .onComplete(answer -> {
          if (current != run) {
            return;
          }
          moving = false;
          if (answer.failed()) {
            failed.accept(answer.cause());
            lookWithin(longestWait);
          } else {
            long next = answer.result().get(1).toLong();
            lookWithin(next < 0 ? longestWait : next);
          }
        });
  }
}
