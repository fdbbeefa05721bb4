package dev.dotori.local.servers;

/** A server did not come up. The message says in one line which one, why, and where its log is. */
public final class ServerStartException extends RuntimeException {
  public ServerStartException(String message) {
    super(message);
  }

  public ServerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
