package dev.dotori.gateway.live;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One member's connection. What waits for it is bounded: one that doesn't read as fast as things
 * change is closed, and may come back and resume.
 *
 * <p>{@link #offer} and {@link #end} may be called on any thread; the rest happens on the
 * connection's own.
 */
final class EventStream {

  private final UUID member;
  private final HttpServerRequest request;
  private final Context context = Vertx.currentContext();
  private final int mostWaiting;
  private final Deque<String> waiting = new ArrayDeque<>();
  private final AtomicInteger waitingCount = new AtomicInteger();
  private volatile long movedAtNanos = System.nanoTime();
  private volatile Positions from = Positions.NONE;
  private boolean over;

  /** On the request's own context. */
  EventStream(UUID member, HttpServerRequest request, int mostWaiting) {
    this.member = member;
    this.request = request;
    this.mostWaiting = mostWaiting;
  }

  UUID member() {
    return member;
  }

  /** Where it began: what lies before, it has. */
  Positions from() {
    return from;
  }

  /** Begins the answer; nothing was offered before. */
  void open(Positions start, long retryMillis) {
    from = start;
    context.runOnContext(_ ->
        write("retry: " + retryMillis + "\nid: " + start + "\n: this is a stream of events\n\n"));
  }

  /**
   * Sends a text when its turn comes.
   *
   * @return false when too much waits already: it is to be dropped
   */
  boolean offer(String text) {
    if (waitingCount.incrementAndGet() > mostWaiting) {
      return false;
    }
    context.runOnContext(_ -> {
      waiting.addLast(text);
      flush();
    });
    return true;
  }

  /** How long something has waited and nothing moved, in nanoseconds; 0 when nothing waits. */
  long stalledNanos() {
    return waitingCount.get() == 0 ? 0 : System.nanoTime() - movedAtNanos;
  }

  private void flush() {
    HttpServerResponse response = request.response();
    while (!over && !waiting.isEmpty()) {
      if (response.writeQueueFull()) {
        response.drainHandler(_ -> flush());
        return;
      }
      write(waiting.removeFirst());
      waitingCount.decrementAndGet();
      movedAtNanos = System.nanoTime();
    }
  }

  private void write(String text) {
    if (!over && !request.response().closed()) {
      // A connection that breaks tells its close handler, too.
      request.response().write(text).onFailure(_ -> {});
    }
  }

  /** Says why, and ends it. What still waits is told when the client resumes. */
  void end(String reason) {
    context.runOnContext(_ -> {
      if (over || request.response().closed()) {
        return;
      }
      if (request.response().writeQueueFull()) {
        // It would read this no sooner than all else.
        close();
        return;
      }
      write("event: end\ndata: {\"reason\":\"" + reason + "\"}\n\n");
      over = true;
      request.response().end();
    });
  }

  /** Closes it without a word: its client doesn't read. */
  void drop() {
    context.runOnContext(_ -> close());
  }

  private void close() {
    over = true;
    waiting.clear();
    request.connection().close();
  }
}
