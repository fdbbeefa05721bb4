package dev.dotori.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;

/**
 * The body of every refusal: {@code application/problem+json} (RFC 9457).
 *
 * @param traceId by which the operator finds the request in logs and traces
 * @param violations the fields that are wrong, on 400 only
 */
// No resource method returns one, so a native image would not know its components.
@RegisterForReflection(targets = {Problem.class, Violation.class})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    String instance,
    String traceId,
    List<Violation> violations) {

  /** The media type of a problem. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** A problem that occurred at the path, within the current trace. */
  public static Problem of(
      ProblemType type, String detail, String instance, List<Violation> violations) {
    SpanContext span = Span.current().getSpanContext();
    return new Problem(
        type.uri(),
        type.title(),
        type.status(),
        detail,
        instance,
        span.isValid() ? span.getTraceId() : null,
        violations);
  }
}
