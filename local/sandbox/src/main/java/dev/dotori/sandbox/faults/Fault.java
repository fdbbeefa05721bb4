package dev.dotori.sandbox.faults;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A way in which a network may misbehave, or refuse. */
public enum Fault {
  /** Too many requests, with the time at which the limit is lifted. */
  RATE_LIMITED,
  /** An answer of the 5xx class; nothing was done. */
  SERVER_ERROR,
  /** An answer of the 5xx class though everything was done. */
  SERVER_ERROR_AFTER_ACCEPTANCE,
  /** Everything is done, and the answer comes late: after most callers have given up. */
  TIMEOUT_AFTER_ACCEPTANCE,
  /** The access token that the request carries has expired; a refresh helps. */
  EXPIRED_TOKEN,
  /** The member took their consent back: no token of theirs works any more. */
  REVOKED_TOKEN,
  /** The network says that it has this very post already. */
  DUPLICATE,
  /** The app may not call this. */
  FORBIDDEN;

  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  static Fault of(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }

  /** Whether the request is carried out before the fault shows. */
  public boolean isAfterAcceptance() {
    return switch (this) {
      case SERVER_ERROR_AFTER_ACCEPTANCE, TIMEOUT_AFTER_ACCEPTANCE -> true;
      case RATE_LIMITED, SERVER_ERROR, EXPIRED_TOKEN, REVOKED_TOKEN, DUPLICATE, FORBIDDEN -> false;
    };
  }
}
