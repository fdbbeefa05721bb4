package dev.dotori.sandbox.faults;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a caller asks a network to do, as far as faults tell it apart. */
public enum Operation {
  /** Exchange of a code or of a refresh token. */
  TOKEN,
  /** Upload of a picture. */
  UPLOAD,
  /** The request that makes a post visible. */
  POST,
  /** Reading an account, its pages or its posts. */
  READ;

  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  static Operation of(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }
}
