package dev.dotori.outbox;

/**
 * An event cannot be applied, now or later. Trying again is no use; a person must look at it.
 *
 * <p>The connector's own exception under a name that keeps handlers free of the connector.
 */
public class PermanentFailureException extends dev.dotori.redisstreams.PermanentFailureException {

  public PermanentFailureException(String message) {
    super(message);
  }

  public PermanentFailureException(String message, Throwable cause) {
    super(message, cause);
  }
}
