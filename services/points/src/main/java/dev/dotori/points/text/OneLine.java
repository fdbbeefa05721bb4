package dev.dotori.points.text;

/** What people write in a line: nothing that a page, a log or a receipt would stumble over. */
public final class OneLine {

  /** No control characters, no halves of characters, no spaces around. */
  public static final String REGEX =
      "[^\\s\\p{Cc}\\p{Cs}]([^\\p{Cc}\\p{Cs}]*[^\\s\\p{Cc}\\p{Cs}])?";

  /** What {@link #REGEX} asks for. */
  public static final String MESSAGE =
      "must be text without control characters or surrounding spaces";

  private OneLine() {}
}
