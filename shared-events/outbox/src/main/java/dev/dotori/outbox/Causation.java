package dev.dotori.outbox;

import dev.dotori.events.Event;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.annotation.Nullable;
import java.util.List;
import org.jboss.logging.MDC;

/**
 * What caused an event: carried along from the first request to the last consumer.
 *
 * @param traceParent the W3C trace context, or null
 * @param idempotencyKey the {@code Idempotency-Key} of the request at the root, or null
 */
public record Causation(@Nullable String traceParent, @Nullable String idempotencyKey) {

  /** Where the request filter puts the key of the request at hand. */
  static final String MDC_IDEMPOTENCY_KEY = "idempotencyKey";

  private static final TextMapGetter<String> TRACE_PARENT_ONLY =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String traceParent) {
          return List.of("traceparent");
        }

        @Override
        public String get(@Nullable String traceParent, String key) {
          return "traceparent".equals(key) ? traceParent : null;
        }
      };

  /** The request or event that this thread is working on. */
  public static Causation current() {
    SpanContext span = Span.current().getSpanContext();
    String traceParent =
        span.isValid()
            ? "00-"
                + span.getTraceId()
                + "-"
                + span.getSpanId()
                + "-"
                + span.getTraceFlags().asHex()
            : null;
    return new Causation(traceParent, (String) MDC.get(MDC_IDEMPOTENCY_KEY));
  }

  /** An event as the cause of others. */
  public static Causation of(Event<?> event) {
    return new Causation(event.traceParent(), event.idempotencyKey());
  }

  /** Makes this the current causation of the thread until the scope is closed. */
  public Active activate() {
    Object before = MDC.get(MDC_IDEMPOTENCY_KEY);
    putOrRemove(idempotencyKey);
    Context context =
        W3CTraceContextPropagator.getInstance()
            .extract(Context.root(), traceParent, TRACE_PARENT_ONLY);
    Scope trace = context.makeCurrent();
    return () -> {
      trace.close();
      putOrRemove(before);
    };
  }

  /** Ends what {@link #activate} began. */
  public interface Active extends AutoCloseable {
    @Override
    void close();
  }

  private static void putOrRemove(@Nullable Object idempotencyKey) {
    if (idempotencyKey == null) {
      MDC.remove(MDC_IDEMPOTENCY_KEY);
    } else {
      MDC.put(MDC_IDEMPOTENCY_KEY, idempotencyKey);
    }
  }
}
