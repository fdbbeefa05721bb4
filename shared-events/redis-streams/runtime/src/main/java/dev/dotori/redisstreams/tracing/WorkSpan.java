package dev.dotori.redisstreams.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.smallrye.reactive.messaging.TracingMetadata;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The span of work on one entry or one batch: begun when it is handed over, ended when every entry
 * of it is settled. May be told so on any thread.
 */
public final class WorkSpan {

  /** Of work that is not traced. */
  public static final WorkSpan NONE = new WorkSpan(Context.root(), null, 0);

  private final Span span;
  private final TracingMetadata metadata;
  private final AtomicInteger unsettled;

  WorkSpan(Context context, Context sender, int entries) {
    this.span = Span.fromContext(context);
    this.metadata = entries == 0 ? null : TracingMetadata.with(context, sender);
    this.unsettled = new AtomicInteger(entries);
  }

  public boolean isTraced() {
    return metadata != null;
  }

  /** What the message carries, so that its handler works within this span. */
  public TracingMetadata metadata() {
    return metadata;
  }

  /** One entry was acknowledged. */
  public void acknowledged() {
    if (isTraced()) {
      settled();
    }
  }

  /** One entry was nacked. */
  public void failed(Throwable reason) {
    if (!isTraced()) {
      return;
    }
    if (reason == null) {
      span.setStatus(StatusCode.ERROR);
    } else {
      span.setStatus(StatusCode.ERROR, String.valueOf(reason.getMessage()));
      span.recordException(reason);
    }
    settled();
  }

  private void settled() {
    if (unsettled.decrementAndGet() == 0) {
      span.end();
    }
  }
}
