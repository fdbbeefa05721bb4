package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/** A store's program has a new version. Versions count from 1; events may arrive in any order. */
@EventType(value = "program.changed.v1", source = "members")
public record ProgramChanged(UUID storeId, int version, ProgramTerms program, Instant effectiveAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return storeId.toString();
  }
}
