package dev.dotori.redisstreams.internals;

/**
 * The id of a stream's entry. Both parts are unsigned.
 *
 * @param millis the server's clock when the entry was added, in ms since 1970
 * @param sequence tells apart what was added within one millisecond
 */
public record EntryId(long millis, long sequence) implements Comparable<EntryId> {

  public static final EntryId FIRST = new EntryId(0, 0);
  public static final EntryId LAST = new EntryId(-1, -1);

  /**
   * Reads an id as the server writes it.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static EntryId of(String id) {
    int dash = id.indexOf('-');
    try {
      return new EntryId(
          Long.parseUnsignedLong(id.substring(0, Math.max(0, dash))),
          Long.parseUnsignedLong(id.substring(dash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + id + "' is not the id of a stream's entry", e);
    }
  }

  @Override
  public int compareTo(EntryId other) {
    int byTime = Long.compareUnsigned(millis, other.millis);
    return byTime != 0 ? byTime : Long.compareUnsigned(sequence, other.sequence);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
  }
}
