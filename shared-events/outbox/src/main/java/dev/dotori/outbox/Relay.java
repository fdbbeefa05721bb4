package dev.dotori.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;

/** Sends what has just been committed. Until the connector is there, rows stay in the table. */
@ApplicationScoped
class Relay {

  void offer(Collection<OutboxRow> rows) {}
}
