package dev.dotori.events;

import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.UUID;

/**
 * A domain event in its CloudEvents 1.0 envelope.
 *
 * @param id unique per event; what consumers tell a repeated delivery by
 * @param time when the fact became true
 * @param traceParent the W3C trace context of the request that caused it, or null
 * @param idempotencyKey the {@code Idempotency-Key} of the request that caused it, or null
 * @param data the event itself
 */
public record Event<T extends DomainEvent>(
    UUID id, Instant time, @Nullable String traceParent, @Nullable String idempotencyKey, T data) {

  /** The CloudEvents {@code type}, version included. */
  public String type() {
    return EventTypes.nameOf(data.getClass());
  }

  /** The CloudEvents {@code source}: the service that said it. */
  public String source() {
    return EventTypes.sourceOf(data.getClass());
  }

  /** The stream that carries events of this type: the type without its version. */
  public String stream() {
    return streamOf(data.getClass());
  }

  /** The stream that carries events of the given type: the type without its version. */
  public static String streamOf(Class<? extends DomainEvent> type) {
    return EventTypes.streamOf(EventTypes.nameOf(type));
  }
}
