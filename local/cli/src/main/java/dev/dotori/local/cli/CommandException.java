package dev.dotori.local.cli;

/** A command can't do what it was asked to. The message is the one line that a person gets. */
public final class CommandException extends RuntimeException {
  public CommandException(String message) {
    super(message);
  }

  public CommandException(String message, Throwable cause) {
    super(message, cause);
  }
}
