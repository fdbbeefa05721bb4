package dev.dotori.outbox;

import dev.dotori.events.DomainEvent;
import dev.dotori.events.Event;
import java.util.List;

/**
 * What a service does with events that it hears.
 *
 * <p>Runs inside a transaction that {@link EventConsumer} opened and will commit; whatever it does
 * outside the database happens again when that transaction is rolled back and tried once more. It
 * must not depend on how events are cut into batches: the same event may come in a batch of 100
 * and, after a rollback, alone.
 */
@FunctionalInterface
public interface BatchHandler<T extends DomainEvent> {

  /**
   * Applies the events, in the order given.
   *
   * @param events one or more, none of them twice
   * @throws PermanentFailureException if trying again cannot help: the event goes to the dead
   *     letters. Any other exception leaves it to the channel's failure strategy.
   */
  void handle(List<Event<T>> events) throws Exception;
}
