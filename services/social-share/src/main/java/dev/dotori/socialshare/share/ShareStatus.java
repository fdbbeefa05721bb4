package dev.dotori.socialshare.share;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a share is on its way. */
public enum ShareStatus {
  /** Waits for its next attempt. */
  QUEUED,
  /** A worker is at it. */
  PUBLISHING,
  /** The network shows it. */
  PUBLISHED,
  /** Given up; the network doesn't show it. */
  FAILED,
  /** Sent without an answer: the network may show it. It is looked for before it is sent again. */
  UNKNOWN;

  /** The name in answers and tables. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ShareStatus of(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }

  boolean mayBeRetried() {
    return switch (this) {
      case FAILED, UNKNOWN -> true;
      case QUEUED, PUBLISHING, PUBLISHED -> false;
    };
  }
}
