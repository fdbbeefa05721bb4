package dev.dotori.posting.post;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a post is on its way to its readers. All but published ones are for their author alone. */
public enum PostStatus {
  /** Its time has not come. */
  SCHEDULED,
  /** Its time has come, and not all of its media are ready. */
  AWAITING_MEDIA,
  /** Its readers see it. */
  PUBLISHED,
  /** One of its media was rejected, so it will never be published. */
  REJECTED;

  /** The name in JSON and in the table. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static PostStatus of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
