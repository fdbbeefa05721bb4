package dev.dotori.redisstreams.internals;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.function.Function;

/**
 * Where an entry must be before its message is acknowledged, beside the server's memory.
 *
 * @param replicas how many must have it in memory
 * @param localFsync whether the server must have it on its disk
 * @param timeout how long that may take
 */
record Durability(int replicas, boolean localFsync, Duration timeout) {

  private static final Command WAITAOF = Command.create("WAITAOF");

  /** What is awaited was not reached in time. The entry is on its stream all the same. */
  static final class NotReachedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotReachedException(String message) {
      super(message, null, false, false);
    }
  }

  boolean isAwaited() {
    return replicas > 0 || localFsync;
  }

  /** Fails, with a message for people, if the server can never give what is awaited. */
  Future<Void> check(ServerFeatures server, Function<Request, Future<Response>> send) {
    if (!localFsync) {
      return Future.succeededFuture();
    }
    if (!server.waitAof()) {
      return Future.failedFuture(
          new IllegalStateException(
              "wait-local-fsync needs WAITAOF, which came with Redis 7.2; this is " + server));
    }
    return send.apply(Request.cmd(WAITAOF).arg(1).arg(0).arg(1))
        .transform(answer ->
            answer.failed() && answer.cause() instanceof ErrorType error && error.is("ERR")
                ? Future.failedFuture(
                    new IllegalStateException(
                        "wait-local-fsync can't be kept: " + error.getMessage()))
                : answer.succeeded()
                    ? Future.succeededFuture()
                    : Future.failedFuture(answer.cause()));
  }

  /**
   * Waits for all that was written on this connection until now. It blocks the connection: what is
   * sent behind it is answered after it.
   *
   * @return fails with {@link NotReachedException} when it was not reached in time
   */
  Future<Void> await(Function<Request, Future<Response>> send) {
    Future<Response> copied =
        replicas == 0
            ? Future.succeededFuture()
            : send.apply(Request.cmd(Command.WAIT).arg(replicas).arg(timeout.toMillis()));
    Future<Response> flushed =
        localFsync
            ? send.apply(Request.cmd(WAITAOF).arg(1).arg(0).arg(timeout.toMillis()))
            : Future.succeededFuture();
    return Future.join(copied, flushed)
        .compose(both -> {
          if (copied.result() != null && copied.result().toInteger() < replicas) {
            return Future.failedFuture(
                new NotReachedException(
                    "on its stream, but only %d of %d replicas had it within %d ms"
                        .formatted(copied.result().toInteger(), replicas, timeout.toMillis())));
          }
          if (flushed.result() != null && flushed.result().get(0).toInteger() < 1) {
            return Future.failedFuture(
                new NotReachedException(
                    "on its stream, but not on the server's disk within %d ms"
                        .formatted(timeout.toMillis())));
          }
          return Future.succeededFuture();
        });
  }
}
