package dev.dotori.bench;

/** Why a benchmark could not be run to its end, in one line for people. */
public final class BenchmarkException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BenchmarkException(String message) {
    super(message);
  }

  public BenchmarkException(String message, Throwable cause) {
    super(message + ": " + reason(cause), cause);
  }

  /** The message of a failure, or its class if it has none; only the first line of it. */
  public static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElseThrow();
  }
}
