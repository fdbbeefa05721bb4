package dev.dotori.posting.post;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dotori.events.PostPublished;

/** Who may see a post once it is published. */
public enum Visibility {
  /** Anyone signed in. */
  @JsonProperty("public")
  PUBLIC("public", PostPublished.Visibility.PUBLIC),
  /** Its author. */
  @JsonProperty("private")
  PRIVATE("private", PostPublished.Visibility.PRIVATE);

  private final String column;
  private final PostPublished.Visibility event;

  Visibility(String column, PostPublished.Visibility event) {
    this.column = column;
    this.event = event;
  }

  String column() {
    return column;
  }

  PostPublished.Visibility event() {
    return event;
  }

  static Visibility ofColumn(String column) {
    return column.equals(PUBLIC.column) ? PUBLIC : PRIVATE;
  }
}
