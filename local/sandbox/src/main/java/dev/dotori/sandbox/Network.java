package dev.dotori.sandbox;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A social network that the sandbox plays. */
public enum Network {
  FACEBOOK,
  X;

  /** The name in JSON and in paths: {@code facebook}, {@code x}. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  static Network of(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }
}
