package dev.dotori.posting.comment;

import java.time.Instant;
import java.util.UUID;

/** What a member says to a post. */
public record Comment(UUID id, UUID postId, UUID authorId, String text, Instant createdAt) {

  /** The most characters (Unicode code points) of a comment. */
  public static final int MAX_TEXT = 2_000;
}
