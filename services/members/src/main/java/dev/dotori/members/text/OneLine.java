package dev.dotori.members.text;

/** What a name is: one line of text that people can read. */
public final class OneLine {

  /** The most characters of a name. */
  public static final int MAX_LENGTH = 100;

  /** No line breaks or other control characters, and no half of a surrogate pair. */
  public static final String REGEX = "[^\\p{Cc}\\p{Cs}\\u2028\\u2029]*";

  /** What is said of a name that is not. */
  public static final String MESSAGE = "must be one line without control characters";

  private OneLine() {}

  /** The name without the blanks around it; null stays null. */
  public static String strip(String name) {
    return name == null ? null : name.strip();
  }
}
