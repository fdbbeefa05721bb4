package dev.dotori.posting.media;

import java.util.UUID;

/**
 * What is known of a file at the media service.
 *
 * @param ownerId null until known
 * @param reason why it was rejected, else null
 */
public record MediaState(UUID mediaId, UUID ownerId, Status status, String reason) {

  /** What a post has to know of its media. */
  public enum Status {
    /** Not yet checked, as far as was heard. */
    UNKNOWN,
    /** May be shown. */
    READY,
    /** Never will be. */
    REJECTED
  }
}
