package dev.dotori.events;

/** What should be an event is not one: it can neither be sent nor, however often, be read. */
public class EventFormatException extends RuntimeException {

  public EventFormatException(String message) {
    super(message);
  }

  public EventFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
