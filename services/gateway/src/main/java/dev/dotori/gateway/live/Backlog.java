package dev.dotori.gateway.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The latest events, for those who come back and resume: so many members may reconnect at once
 * without a question to Redis. Every replica holds the same, as far as it reaches back.
 */
final class Backlog {

  private final int capacity;
  private final Deque<LiveEvent> events = new ArrayDeque<>();

  /** Ids of the events in it, so that one that is sent again is told once. */
  private final Set<String> known = new HashSet<>();

  /** What of each stream it does not hold (any more) lies up to here. */
  private final Map<Source, EntryId> floors = new EnumMap<>(Source.class);

  /**
   * @param capacity most events in it
   */
  Backlog(int capacity) {
    this.capacity = capacity;
    for (Source source : Source.values()) {
      floors.put(source, EntryId.NONE);
    }
  }

  /** From here on it holds all of the stream. */
  void startAfter(Source source, EntryId floor) {
    floors.put(source, floor);
  }

  /**
   * @return false when it is in it already
   */
  boolean add(LiveEvent event) {
    if (!known.add(event.eventId())) {
      return false;
    }
    events.addLast(event);
    if (events.size() > capacity) {
      LiveEvent forgotten = events.removeFirst();
      known.remove(forgotten.eventId());
      floors.merge(forgotten.source(), forgotten.id(), (a, b) -> a.isAfter(b) ? a : b);
    }
    return true;
  }

  /**
   * What a member has missed, in its order; empty when it doesn't reach back far enough to tell.
   */
  Optional<List<LiveEvent>> after(Positions positions, UUID member) {
    for (Source source : Source.values()) {
      if (floors.get(source).isAfter(positions.of(source))) {
        return Optional.empty();
      }
    }
    return Optional.of(
        events.stream()
            .filter(event -> event.members().contains(member))
            .filter(event -> event.id().isAfter(positions.of(event.source())))
            .toList());
  }
}
