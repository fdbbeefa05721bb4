package dev.dotori.redisstreams.internals;

import io.vertx.core.Future;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Removes from a stream what is too old or too many, and acknowledged by every group. It does so in
 * steps that each hold the server up for less than a millisecond or so, until little is left to
 * remove.
 *
 * @param retention zero if entries don't become too old
 * @param maxLength zero if entries don't become too many
 * @param whenNobodyReads whether to trim a stream without any group
 */
record Trimming(Duration retention, long maxLength, boolean whenNobodyReads) {

  /** A step that removed fewer had nothing left but what came meanwhile. */
  private static final long WORTH_ANOTHER_STEP = 1_000;

  boolean isAsked() {
    return !retention.isZero() || maxLength > 0;
  }

  /**
   * Trims a stream.
   *
   * @param send sends a command
   * @param failed told why a step failed, after which there are no more
   */
  void trim(String stream, Function<Request, Future<Response>> send, Consumer<Throwable> failed) {
    send.apply(Scripts.trim(stream, retention.toMillis(), maxLength, whenNobodyReads))
        .onFailure(failed::accept)
        .onSuccess(removed -> {
          if (removed.toLong() >= WORTH_ANOTHER_STEP) {
            trim(stream, send, failed);
          }
        });
  }
}
