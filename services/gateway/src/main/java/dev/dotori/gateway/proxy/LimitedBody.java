package dev.dotori.gateway.proxy;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/**
 * A request's body on its way to a service: passed on as it comes, chunk by chunk, never gathered,
 * and broken off when it grows over its limit.
 */
final class LimitedBody implements ReadStream<Buffer> {

  private final ReadStream<Buffer> source;
  private final long limit;
  private Runnable onProgress = () -> {};
  private Handler<Throwable> failureHandler;
  private long received;
  private boolean exceeded;
  private boolean ended;
  private boolean heldBack;

  LimitedBody(ReadStream<Buffer> source, long limit) {
    this.source = source;
    this.limit = limit;
  }

  /** What to do whenever a part of the body has come, and when all of it has. */
  void onProgress(Runnable action) {
    this.onProgress = action;
  }

  boolean exceeded() {
    return exceeded;
  }

  long limit() {
    return limit;
  }

  /** Whether it is the client who keeps the service waiting, not the service the client. */
  boolean isAwaited() {
    return !ended && !heldBack;
  }

  @Override
  public ReadStream<Buffer> handler(Handler<Buffer> handler) {
    source.handler(handler == null ? null : chunk -> receive(chunk, handler));
    return this;
  }

  private void receive(Buffer chunk, Handler<Buffer> handler) {
    if (exceeded) {
      return;
    }
    received += chunk.length();
    if (received <= limit) {
      onProgress.run();
      handler.handle(chunk);
      return;
    }
    exceeded = true;
    if (failureHandler != null) {
      failureHandler.handle(
          new IllegalStateException("The body has more than " + limit + " bytes"));
    }
  }

  @Override
  public ReadStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
    failureHandler = handler;
    source.exceptionHandler(handler);
    return this;
  }

  @Override
  public ReadStream<Buffer> endHandler(Handler<Void> handler) {
    source.endHandler(
        handler == null
            ? null
            : end -> {
              ended = true;
              onProgress.run();
              handler.handle(end);
            });
    return this;
  }

  @Override
  public ReadStream<Buffer> pause() {
    heldBack = true;
    source.pause();
    return this;
  }

  @Override
  public ReadStream<Buffer> resume() {
    heldBack = false;
    source.resume();
    return this;
  }

  @Override
  public ReadStream<Buffer> fetch(long amount) {
    heldBack = false;
    source.fetch(amount);
    return this;
  }
}
