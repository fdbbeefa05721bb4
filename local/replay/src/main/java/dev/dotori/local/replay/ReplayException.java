package dev.dotori.local.replay;

/** The replay can't be done, or not go on. The message is the one line that a person gets. */
final class ReplayException extends RuntimeException {

  ReplayException(String message) {
    super(message);
  }

  ReplayException(String message, Throwable cause) {
    super(message, cause);
  }
}
