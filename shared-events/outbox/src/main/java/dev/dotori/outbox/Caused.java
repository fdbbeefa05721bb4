package dev.dotori.outbox;

import dev.dotori.events.DomainEvent;
import dev.dotori.events.Event;

/**
 * An event to publish together with what caused it, for handlers that work on many events at once.
 */
public record Caused(DomainEvent event, Causation cause) {

  /** An event that another event caused. */
  public static Caused by(Event<?> cause, DomainEvent event) {
    return new Caused(event, Causation.of(cause));
  }
}
