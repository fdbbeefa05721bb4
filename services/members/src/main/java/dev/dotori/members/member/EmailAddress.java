package dev.dotori.members.member;

import java.net.IDN;
import java.util.Locale;

/** What an e-mail address is, and when two of them are the same one. */
public final class EmailAddress {

  /** RFC 5321: the longest path that mail can be sent to. */
  public static final int MAX_LENGTH = 254;

  /**
   * The address syntax of the WHATWG HTML standard, which browsers check by: what is in use,
   * without the comments and quoted parts of RFC 5322 that nobody means to type.
   */
  public static final String REGEX =
      "[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
          + "@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*";

  /** What is said of a text that is none. */
  public static final String MESSAGE = "must be an e-mail address";

  private EmailAddress() {}

  /**
   * The form by which addresses are compared: without blanks around it, in lower case, an
   * international domain in its ASCII form. A text that is no address stays none; null stays null.
   */
  public static String normalise(String email) {
    if (email == null || email.length() > 4 * MAX_LENGTH) {
      return email;
    }
    String lower = email.strip().toLowerCase(Locale.ROOT);
    int at = lower.lastIndexOf('@');
    try {
      return at < 0 ? lower : lower.substring(0, at + 1) + IDN.toASCII(lower.substring(at + 1));
    } catch (IllegalArgumentException noDomain) {
      return lower;
    }
  }
}
