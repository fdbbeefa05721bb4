package dev.dotori.redisstreams.internals;

import io.vertx.redis.client.Request;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The fields that a dead letter has beside those of the entry that failed. */
final class DeadLetter {

  private DeadLetter() {}

  /** Adds them to a request that ends in fields and values. */
  static void describe(StreamEntry entry, Throwable reason, Instant now, Request request) {
    field(request, "dead-letter-reason", reason == null ? "" : String.valueOf(reason.getMessage()));
    field(
        request,
        "dead-letter-exception-class-name",
        reason == null ? "" : reason.getClass().getName());
    Throwable cause = reason == null ? null : reason.getCause();
    if (cause != null) {
      field(request, "dead-letter-cause", String.valueOf(cause.getMessage()));
      field(request, "dead-letter-cause-class-name", cause.getClass().getName());
    }
    field(request, "dead-letter-stream", entry.stream());
    field(request, "dead-letter-id", entry.id());
    field(request, "dead-letter-group", entry.group());
    field(request, "dead-letter-attempts", Integer.toString(entry.deliveryCount()));
    field(
        request,
        "dead-letter-first-time",
        Instant.ofEpochMilli(entry.firstFailure(now.toEpochMilli())).toString());
    field(request, "dead-letter-last-time", now.truncatedTo(ChronoUnit.MILLIS).toString());
  }

  private static void field(Request request, String name, String value) {
    request.arg(name).arg(value);
  }
}
