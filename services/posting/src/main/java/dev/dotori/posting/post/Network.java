package dev.dotori.posting.post;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** A social network that a post can be shared to. */
public enum Network {
  @JsonProperty("facebook")
  FACEBOOK,
  @JsonProperty("x")
  X;

  /** The name in JSON, in events and in the table. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Network of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
