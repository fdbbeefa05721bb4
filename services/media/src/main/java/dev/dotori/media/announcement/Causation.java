package dev.dotori.media.announcement;

import dev.dotori.api.Ids;
import dev.dotori.api.request.RequestIds;
import dev.dotori.media.file.Announcement;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jboss.logging.MDC;

/**
 * What makes a file change its state, carried along to the last consumer of its events.
 *
 * @param traceParent W3C trace context, or null
 * @param idempotencyKey of the request at the root, or null
 */
public record Causation(String traceParent, String idempotencyKey) {

  /** The request that this thread works on. */
  public static Causation current() {
    Object key = MDC.get(RequestIds.MDC_IDEMPOTENCY_KEY);
    return new Causation(traceParentOf(Span.current()), key == null ? null : key.toString());
  }

  /** The cause of an event is the cause of what follows from it. */
  public static Causation of(Announcement announcement) {
    return new Causation(announcement.traceParent(), announcement.idempotencyKey());
  }

  Announcement announce() {
    return new Announcement(
        Ids.next(), Instant.now().truncatedTo(ChronoUnit.MICROS), traceParent, idempotencyKey);
  }

  private static String traceParentOf(Span span) {
    SpanContext context = span.getSpanContext();
    if (!context.isValid()) {
      return null;
    }
    return "00-%s-%s-%s"
        .formatted(context.getTraceId(), context.getSpanId(), context.getTraceFlags().asHex());
  }
}
