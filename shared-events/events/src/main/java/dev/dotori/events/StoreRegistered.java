package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/** A store joined, with version 1 of its program. */
@EventType(value = "store.registered.v1", source = "members")
public record StoreRegistered(
    UUID storeId, String name, String currency, ProgramTerms program, Instant registeredAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return storeId.toString();
  }
}
