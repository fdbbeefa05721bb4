package dev.dotori.redisstreams.internals;

import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of one stream that a channel holds: read, and not known to be settled. An entry stays
 * here until Redis has answered its settlement, so that one that comes again meanwhile is known.
 */
class HeldEntries {

  private final IncomingRedisStreamsChannel channel;
  private final StreamSource source;
  private final Map<String, StreamEntry> byId = new HashMap<>();

  /** Ids to acknowledge; {@link Acknowledgements} sends them. */
  List<String> acknowledged = new ArrayList<>();

  HeldEntries(IncomingRedisStreamsChannel channel, StreamSource source) {
    this.channel = channel;
    this.source = source;
  }

  /** Those of the stream that an answer names; only what was asked about is answered. */
  static <E extends HeldEntries> E of(String key, List<E> asked) {
    for (E each : asked) {
      if (each.source().key().equals(key)) {
        return each;
      }
    }
    throw new IllegalStateException(
        "an answer about the stream %s was not asked for".formatted(key));
  }

  StreamSource source() {
    return source;
  }

  /**
   * Holds an entry that Redis gave this consumer.
   *
   * @return the entry, or null if it is held already: Redis came back with an older state, and
   *     delivers again what is in work here
   */
  StreamEntry hold(String id, Response fields, int deliveries, long leasedAt) {
    StreamEntry known = byId.get(id);
    if (known != null) {
      known.leasedAt = leasedAt;
      return null;
    }
    StreamEntry entry = new StreamEntry(channel, this, id, fields, deliveries, leasedAt);
    byId.put(id, entry);
    channel.inFlight().hold();
    return entry;
  }

  boolean holds(String id) {
    return byId.containsKey(id);
  }

  StreamEntry get(String id) {
    return byId.get(id);
  }

  Collection<StreamEntry> all() {
    return byId.values();
  }

  int size() {
    return byId.size();
  }

  void forget(StreamEntry entry) {
    byId.remove(entry.sourceId(), entry);
  }

  void forget(List<String> ids) {
    ids.forEach(byId::remove);
  }
}
