package dev.dotori.events;

import java.time.Instant;
import java.util.UUID;

/**
 * The text of a published post was replaced. Versions of a post grow, with gaps, and events may
 * arrive in any order: the highest version has the last word, and each is later than what {@link
 * PostPublished} said, even if it arrives before that. Edits before the publication are not told,
 * since {@link PostPublished} says the text they left.
 *
 * @param text the whole new text
 * @param visibility who may see it, which an edit leaves as it was
 */
@EventType(value = "post.edited.v1", source = "posting")
public record PostEdited(
    UUID postId,
    UUID authorId,
    int version,
    String text,
    PostPublished.Visibility visibility,
    Instant editedAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return postId.toString();
  }
}
