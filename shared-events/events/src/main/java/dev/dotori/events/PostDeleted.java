package dev.dotori.events;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A post is gone, and with it the use of its media. */
@EventType(value = "post.deleted.v1", source = "posting")
public record PostDeleted(UUID postId, UUID authorId, List<UUID> mediaIds, Instant deletedAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return postId.toString();
  }
}
