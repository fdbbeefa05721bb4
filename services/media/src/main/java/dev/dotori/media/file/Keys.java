package dev.dotori.media.file;

import java.util.UUID;

/**
 * Where in the bucket things are.
 *
 * <p>Prefixes other than {@code media/} and {@code uploads/} hold empty objects that only say that
 * something is there to be done or found. Their names begin with a UUIDv7, so that a listing gives
 * the oldest first.
 */
public final class Keys {

  /** Events that may not be sent yet. */
  public static final String OUTBOX = "outbox/";

  /** Files whose bytes are awaited. */
  public static final String AWAITED = "awaited/";

  /** Files whose bytes are there and wait to be checked. */
  public static final String UNCHECKED = "unchecked/";

  /** Files that are being removed. */
  public static final String DELETIONS = "deletions/";

  /** Answers to requests with an Idempotency-Key. */
  public static final String IDEMPOTENCY = "idempotency/";

  private Keys() {}

  /** A file's state. */
  public static String manifest(UUID id) {
    return "media/" + id + "/manifest.json";
  }

  /** What clients may see of a file. */
  public static String variant(UUID id, String name) {
    return "media/" + id + "/" + name;
  }

  /** What the client sent, unchecked; no one else ever gets it. */
  public static String upload(UUID id) {
    return "uploads/" + id;
  }

  /** The list of a member's files. */
  public static String ownedBy(UUID ownerId) {
    return "owners/" + ownerId + "/";
  }

  /** A file in its owner's list. */
  public static String owned(UUID ownerId, UUID id) {
    return ownedBy(ownerId) + id;
  }

  /** Says that the member has left. */
  public static String closed(UUID ownerId) {
    return "closed/" + ownerId;
  }

  /** A file whose bytes are awaited. */
  public static String awaited(UUID id) {
    return AWAITED + id;
  }

  /** A file whose bytes are there and wait to be checked. */
  public static String unchecked(UUID id) {
    return UNCHECKED + id;
  }

  /** A file that is being removed. */
  public static String deletion(UUID id) {
    return DELETIONS + id;
  }

  /** An event that may not be sent yet. */
  public static String unsent(UUID eventId, UUID mediaId) {
    return OUTBOX + eventId + "." + mediaId;
  }

  /** The last id in a key. */
  public static UUID lastId(String key) {
    return UUID.fromString(key.substring(key.length() - 36));
  }

  /** The id that begins right after a prefix. */
  public static UUID firstId(String key, String prefix) {
    return UUID.fromString(key.substring(prefix.length(), prefix.length() + 36));
  }
}
