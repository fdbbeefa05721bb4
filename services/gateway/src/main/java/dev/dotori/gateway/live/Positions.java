package dev.dotori.gateway.live;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How far each {@link Source} has been told, which is what {@code Last-Event-ID} carries. A place
 * for each stream, and not one for all: so any replica can go on for a client just where another
 * one left off, whatever order each of them reads the streams in.
 */
record Positions(List<EntryId> ids) {

  private static final String SEPARATOR = ".";

  /** Before everything. */
  static final Positions NONE =
      new Positions(Collections.nCopies(Source.values().length, EntryId.NONE));

  /** Reads what {@link #toString} wrote; empty when it is nothing that this release wrote. */
  static Optional<Positions> parse(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != Source.values().length) {
      return Optional.empty();
    }
    List<EntryId> ids = new ArrayList<>();
    for (String part : parts) {
      EntryId.parse(part).ifPresent(ids::add);
    }
    return ids.size() == parts.length ? Optional.of(new Positions(ids)) : Optional.empty();
  }

  EntryId of(Source source) {
    return ids.get(source.ordinal());
  }

  Positions with(Source source, EntryId id) {
    List<EntryId> changed = new ArrayList<>(ids);
    changed.set(source.ordinal(), id);
    return new Positions(changed);
  }

  /** Of each stream the later place. */
  Positions latest(Positions other) {
    List<EntryId> latest = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      latest.add(ids.get(i).isAfter(other.ids.get(i)) ? ids.get(i) : other.ids.get(i));
    }
    return new Positions(latest);
  }

  @Override
  public String toString() {
    return ids.stream().map(EntryId::toString).collect(Collectors.joining(SEPARATOR));
  }
}
