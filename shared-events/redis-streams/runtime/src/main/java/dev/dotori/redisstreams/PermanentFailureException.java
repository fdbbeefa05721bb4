package dev.dotori.redisstreams;

/**
 * Thrown by a handler, or given to {@code nack}, when trying the entry again can never succeed: it
 * can't be decoded, or it contradicts a rule that no later delivery will change.
 *
 * <p>The strategies {@code retry} and {@code dead-letter} put such an entry into the dead letters
 * at once. The exception is recognised anywhere in the chain of causes.
 */
public class PermanentFailureException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public PermanentFailureException(String message) {
    super(message);
  }

  public PermanentFailureException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether {@code failure} or one of its causes is a permanent failure. */
  public static boolean isIn(Throwable failure) {
    // The depth is bounded because a chain of causes may be circular.
    for (int depth = 0; failure != null && depth < 100; depth++) {
      if (failure instanceof PermanentFailureException) {
        return true;
      }
      failure = failure.getCause();
    }
    return false;
  }
}
