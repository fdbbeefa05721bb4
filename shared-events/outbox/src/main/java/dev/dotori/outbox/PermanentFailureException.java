package dev.dotori.outbox;

/** An event cannot be applied, now or later. Trying again is no use; a person must look at it. */
public class PermanentFailureException extends RuntimeException {

  public PermanentFailureException(String message) {
    super(message);
  }

  public PermanentFailureException(String message, Throwable cause) {
    super(message, cause);
  }
}
