package dev.dotori.redisstreams.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.Map;

/** The span of one message that is put on its stream: ended when the server has answered. */
public final class PublishSpan {

  /** Of a message that is not traced. */
  public static final PublishSpan NONE = new PublishSpan(Span.getInvalid(), Map.of());

  private final Span span;
  private final Map<String, String> fields;

  PublishSpan(Span span, Map<String, String> fields) {
    this.span = span;
    this.fields = fields;
  }

  /** The fields that the entry must have so that its readers go on in this trace. */
  public Map<String, String> fields() {
    return fields;
  }

  /** The message is on its stream. */
  public void published(String id) {
    span.setAttribute(Messaging.MESSAGE_ID, id);
    span.end();
  }

  /** The message was nacked. */
  public void failed(Throwable reason) {
    span.setStatus(StatusCode.ERROR, String.valueOf(reason.getMessage()));
    span.recordException(reason);
    span.end();
  }
}
