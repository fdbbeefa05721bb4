package dev.dotori.events;

import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.UUID;

/** A share was given up: the network refuses it, or its attempts are used up. */
@EventType(value = "share.failed.v1", source = "social-share")
public record ShareFailed(
    UUID shareId,
    UUID postId,
    UUID authorId,
    String network,
    String errorClass,
    @Nullable String error,
    Instant failedAt)
    implements DomainEvent {

  @Override
  public String subject() {
    return shareId.toString();
  }
}
