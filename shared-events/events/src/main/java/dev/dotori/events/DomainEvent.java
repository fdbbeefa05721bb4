package dev.dotori.events;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * Something that became true in one service and that others may act on. Carried by {@link Event}.
 */
public interface DomainEvent {

  /**
   * The id of the thing the event is about, as text: the CloudEvents {@code subject}, and the key
   * by which a partitioned stream keeps events in order.
   */
  @JsonIgnore
  String subject();
}
