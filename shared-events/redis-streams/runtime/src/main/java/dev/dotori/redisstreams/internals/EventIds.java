package dev.dotori.redisstreams.internals;

/** Where a stream's recent event ids are, by which an event is added once. */
final class EventIds {

  private EventIds() {}

  /** The hash of event ids and the ids of their entries. */
  static String set(String stream) {
    return stream + ":ids";
  }

  /** The list of the event ids, oldest first. */
  static String order(String stream) {
    return stream + ":ids:order";
  }
}
