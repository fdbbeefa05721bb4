package dev.dotori.redisstreams.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.smallrye.reactive.messaging.TracingMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Begins the spans of what a channel publishes.
 *
 * <p>A message's parent is what its sender was doing. A relay that sends on behalf of others does
 * nothing by itself: then the parent is the context in the CloudEvent's extension {@code
 * traceparent}, if it has one.
 */
public final class OutgoingTracing {

  /** Traces nothing. */
  public static final OutgoingTracing NONE = new OutgoingTracing(null, null);

  private final Tracer tracer;
  private final TextMapPropagator propagator;

  private OutgoingTracing(Tracer tracer, TextMapPropagator propagator) {
    this.tracer = tracer;
    this.propagator = propagator;
  }

  /** Spans for what a channel publishes. */
  public static OutgoingTracing of(OpenTelemetry telemetry) {
    return new OutgoingTracing(
        telemetry.getTracer(Messaging.INSTRUMENTATION),
        telemetry.getPropagators().getTextMapPropagator());
  }

  /** Begins the span of a message that goes to this stream. */
  public PublishSpan begin(Message<?> message, String stream) {
    if (tracer == null) {
      return PublishSpan.NONE;
    }
    Context parent = parent(message);
    Span span =
        tracer
            .spanBuilder(stream + " " + Messaging.PUBLISH)
            .setSpanKind(SpanKind.PRODUCER)
            .setParent(parent)
            .setAttribute(Messaging.SYSTEM, Messaging.REDIS_STREAMS)
            .setAttribute(Messaging.OPERATION, Messaging.PUBLISH)
            .setAttribute(Messaging.DESTINATION, stream)
            .startSpan();
    Map<String, String> fields = LinkedHashMap.newLinkedHashMap(2);
    propagator.inject(parent.with(span), fields, Map::put);
    return new PublishSpan(span, fields);
  }

  private Context parent(Message<?> message) {
    Context sender =
        TracingMetadata.fromMessage(message)
            .map(TracingMetadata::getCurrentContext)
            .orElseGet(Context::root);
    if (Span.fromContext(sender).getSpanContext().isValid()) {
      return sender;
    }
    return message
        .getMetadata(OutgoingCloudEventMetadata.class)
        .map(event -> propagator.extract(sender, event, EventExtensions.INSTANCE))
        .orElse(sender);
  }

  private static final class EventExtensions
      implements TextMapGetter<OutgoingCloudEventMetadata<?>> {

    static final EventExtensions INSTANCE = new EventExtensions();

    @Override
    public Iterable<String> keys(OutgoingCloudEventMetadata<?> event) {
      return event.getExtensions().keySet();
    }

    @Override
    public String get(OutgoingCloudEventMetadata<?> event, String key) {
      return event == null ? null : event.getExtension(key).map(Object::toString).orElse(null);
    }
  }
}
