package dev.dotori.gateway.live;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The id of a stream's entry: when it was added, by the server's clock, and which one then. */
record EntryId(long millis, long sequence) implements Comparable<EntryId> {

  /** Before every entry. */
  static final EntryId NONE = new EntryId(0, 0);

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");
  private static final Comparator<EntryId> ORDER =
      Comparator.comparingLong(EntryId::millis).thenComparingLong(EntryId::sequence);

  static Optional<EntryId> parse(String text) {
    Matcher parts = TEXT.matcher(text);
    return parts.matches()
        ? Optional.of(new EntryId(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2))))
        : Optional.empty();
  }

  boolean isAfter(EntryId other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(EntryId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return millis + "-" + sequence;
  }
}
