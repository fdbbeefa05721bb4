package dev.dotori.outbox;

import dev.dotori.events.EventTypes;
import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.UUID;

/**
 * An event as its row holds it: all that is needed to send it, now or after a restart, by a release
 * that need not know its type.
 */
record OutboxRow(
    UUID id,
    String type,
    String source,
    String subject,
    Instant time,
    @Nullable String traceParent,
    @Nullable String idempotencyKey,
    byte[] data) {

  /** The name of the stream that carries it. */
  String stream() {
    return EventTypes.streamOf(type);
  }
}
