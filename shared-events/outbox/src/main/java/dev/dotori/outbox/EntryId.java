package dev.dotori.outbox;

/** The id of a stream entry: milliseconds of the server's clock, and a count within them. */
record EntryId(long ms, long seq) implements Comparable<EntryId> {

  static final EntryId ZERO = new EntryId(0, 0);

  static EntryId parse(String text) {
    int dash = text.indexOf('-');
    if (dash < 0) {
      throw new IllegalArgumentException("not an entry id: " + text);
    }
    return new EntryId(
        Long.parseLong(text, 0, dash, 10), Long.parseLong(text, dash + 1, text.length(), 10));
  }

  @Override
  public int compareTo(EntryId other) {
    int byTime = Long.compare(ms, other.ms);
    return byTime != 0 ? byTime : Long.compare(seq, other.seq);
  }

  @Override
  public String toString() {
    return ms + "-" + seq;
  }
}
