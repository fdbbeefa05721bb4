package dev.dotori.redisstreams.tracing;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.smallrye.reactive.messaging.TracingMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * Begins the spans of a channel's work.
 *
 * <p>Work on one entry is a child of what published it. Work on a batch has many causes: it is a
 * trace of its own, with a link to each of them.
 */
public final class IncomingTracing {

  /** Traces nothing. */
  public static final IncomingTracing NONE = new IncomingTracing(null, null, null, null);

  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final String group;
  private final String consumer;

  private IncomingTracing(
      Tracer tracer, TextMapPropagator propagator, String group, String consumer) {
    this.tracer = tracer;
    this.propagator = propagator;
    this.group = group;
    this.consumer = consumer;
  }

  /** Spans for the work of one consumer of a group. */
  public static IncomingTracing of(OpenTelemetry telemetry, String group, String consumer) {
    return new IncomingTracing(
        telemetry.getTracer(Messaging.INSTRUMENTATION),
        telemetry.getPropagators().getTextMapPropagator(),
        group,
        consumer);
  }

  public boolean isEnabled() {
    return tracer != null;
  }

  /** Begins the span of an entry that is handed over as a message of its own. */
  public WorkSpan begin(IncomingRedisStreamMetadata entry) {
    if (!isEnabled()) {
      return WorkSpan.NONE;
    }
    Context sender = sender(entry);
    Span span =
        builder(entry.stream())
            .setParent(sender)
            .setAttribute(Messaging.MESSAGE_ID, entry.id())
            .setAttribute(Messaging.DELIVERY, (long) entry.deliveryCount())
            .startSpan();
    return new WorkSpan(sender.with(span), sender, 1);
  }

  /**
   * A batch whose span has begun.
   *
   * @param entries what each entry carries, in their order
   */
  public record Batch(WorkSpan work, List<TracingMetadata> entries) {}

  /** Begins the span of entries that are handed over together, at least one; if enabled. */
  public Batch beginBatch(List<? extends IncomingRedisStreamMetadata> entries) {
    SpanBuilder builder =
        builder(entries.getFirst().stream())
            .setNoParent()
            .setAttribute(Messaging.BATCH_SIZE, (long) entries.size());
    List<Context> senders = new ArrayList<>(entries.size());
    for (IncomingRedisStreamMetadata entry : entries) {
      Context sender = sender(entry);
      SpanContext cause = Span.fromContext(sender).getSpanContext();
      if (cause.isValid()) {
        builder.addLink(cause);
      }
      senders.add(sender);
    }
    Context work = Context.root().with(builder.startSpan());
    return new Batch(
        new WorkSpan(work, null, entries.size()),
        senders.stream().map(sender -> entryOfBatch(sender, work)).toList());
  }

  /** What a handler publishes for one entry of a batch goes on in that entry's own trace. */
  private static TracingMetadata entryOfBatch(Context sender, Context work) {
    return Span.fromContext(sender).getSpanContext().isValid()
        ? TracingMetadata.with(sender, sender)
        : TracingMetadata.withCurrent(work);
  }

  private Context sender(IncomingRedisStreamMetadata entry) {
    return propagator.extract(Context.root(), entry, EntryFields.INSTANCE);
  }

  private SpanBuilder builder(String stream) {
    return tracer
        .spanBuilder(stream + " " + Messaging.PROCESS)
        .setSpanKind(SpanKind.CONSUMER)
        .setAttribute(Messaging.SYSTEM, Messaging.REDIS_STREAMS)
        .setAttribute(Messaging.OPERATION, Messaging.PROCESS)
        .setAttribute(Messaging.DESTINATION, stream)
        .setAttribute(Messaging.GROUP, group)
        .setAttribute(Messaging.CLIENT, consumer);
  }
}
