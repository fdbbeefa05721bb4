package dev.dotori.media.announcement;

import dev.dotori.events.DomainEvent;
import dev.dotori.events.EventCodec;
import dev.dotori.events.EventFormatException;
import dev.dotori.redisstreams.PermanentFailureException;
import jakarta.enterprise.context.ApplicationScoped;

/** Reads events that others said. */
@ApplicationScoped
public class HeardEvents {

  private final EventCodec codec = new EventCodec();

  /**
   * Reads one.
   *
   * @throws PermanentFailureException when it is no such event, and never will be
   */
  public <T extends DomainEvent> T read(byte[] json, Class<T> type) {
    try {
      return codec.decode(json, type);
    } catch (EventFormatException e) {
      throw new PermanentFailureException(e.getMessage(), e);
    }
  }
}
