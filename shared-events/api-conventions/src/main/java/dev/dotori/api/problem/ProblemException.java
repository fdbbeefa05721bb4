package dev.dotori.api.problem;

import java.time.Duration;
import java.util.Optional;

/** A refusal with a problem type of its own. The detail is shown to the client. */
public class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ProblemType type;
  private final Duration retryAfter;

  /** A refusal that the same request will meet again. */
  public ProblemException(ProblemType type, String detail) {
    this(type, detail, null);
  }

  /** A refusal that is worth another try after a while; answered with {@code Retry-After}. */
  public ProblemException(ProblemType type, String detail, Duration retryAfter) {
    super(detail);
    this.type = type;
    this.retryAfter = retryAfter;
  }

  /** What kind of refusal it is. */
  public ProblemType type() {
    return type;
  }

  /** When to try again, if that may help. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
