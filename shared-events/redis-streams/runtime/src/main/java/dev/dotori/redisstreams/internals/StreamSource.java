package dev.dotori.redisstreams.internals;

/**
 * A stream that a channel reads.
 *
 * @param key the stream's key
 * @param origin key of the stream that its entries were first added to
 * @param retry whether it is the group's own stream of entries that are tried again. Such an entry
 *     carries in its first fields where it came from, and is deleted when it is settled
 */
record StreamSource(String key, String origin, boolean retry) {

  /** First fields of an entry of a retry stream, in this order. */
  static final String ORIGIN_ID = "redis-streams-id";

  static final String ORIGIN_ATTEMPTS = "redis-streams-attempts";
  static final String ORIGIN_FIRST_FAILURE = "redis-streams-first-failure";

  /** How many elements of an entry's list of fields and values those take. */
  static final int ORIGIN_ELEMENTS = 6;

  static StreamSource of(String key) {
    return new StreamSource(key, key, false);
  }

  static StreamSource ofRetries(String key, String origin) {
    return new StreamSource(key, origin, true);
  }
}
