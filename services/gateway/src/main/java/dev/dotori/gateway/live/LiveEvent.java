package dev.dotori.gateway.live;

import java.util.Set;
import java.util.UUID;

/**
 * A change of state, ready to be sent.
 *
 * @param eventId the event's own id, which it keeps when its service sends it again
 * @param members whom it concerns
 * @param text as it goes over the wire, its position included
 */
record LiveEvent(Source source, EntryId id, String eventId, Set<UUID> members, String text) {

  static LiveEvent of(
      Source source, EntryId id, String eventId, Source.Change change, Positions positions) {
    return new LiveEvent(
        source,
        id,
        eventId,
        change.members(),
        frame(positions.toString(), change.kind(), change.data().toString()));
  }

  /** An event of the stream format; {@code data} is one line. */
  static String frame(String id, String event, String data) {
    return "id: " + id + "\nevent: " + event + "\ndata: " + data + "\n\n";
  }
}
