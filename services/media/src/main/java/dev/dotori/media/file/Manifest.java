package dev.dotori.media.file;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.dotori.events.DomainEvent;
import dev.dotori.events.MediaReady;
import dev.dotori.events.MediaRejected;
import dev.dotori.events.MediaUploaded;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * All that is known of a file: the object beside its content, and the only record of its state.
 *
 * @param fileName as the owner called it; shown, never trusted
 * @param contentType as declared until the file was checked, then as its bytes tell
 * @param size bytes, as declared, and checked to be so
 * @param sha256 lower-case hex, as declared, and checked to be so
 * @param reason why it was rejected, else null
 * @param width in pixels of the upright image; null before it is ready and for documents
 * @param blurhash a placeholder to draw while the image loads; null where there is none
 * @param variants what can be shown; empty before it is ready
 * @param posts how posts use the file: what decides whether others may see it
 * @param uploaded the event that says that the bytes are there
 * @param outcome the event that says whether the file is ready or rejected
 */
@RegisterForReflection(
    targets = {
      Manifest.class,
      Manifest.Use.class,
      Announcement.class,
      Variant.class,
      MediaStatus.class,
      Rejection.class
    })
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
    UUID id,
    UUID ownerId,
    String fileName,
    Instant createdAt,
    MediaStatus status,
    Rejection reason,
    String contentType,
    long size,
    String sha256,
    Integer width,
    Integer height,
    String blurhash,
    List<Variant> variants,
    Map<UUID, Use> posts,
    Announcement uploaded,
    Announcement outcome) {

  /**
   * How long the end of a use is remembered: longer than any event can be late, so that a
   * publication which is delivered after the deletion does not show the file again.
   */
  private static final Duration ENDED_USE_KEPT = Duration.ofDays(7);

  /**
   * A post's use of the file.
   *
   * @param endedAt when the post was deleted; null while it shows the file to everyone
   */
  public record Use(Instant endedAt) {}

  /** A file that was announced, and whose bytes are awaited. */
  public static Manifest announced(
      UUID id,
      UUID ownerId,
      String fileName,
      String contentType,
      long size,
      String sha256,
      Instant at) {
    return new Manifest(
        id,
        ownerId,
        fileName,
        at,
        MediaStatus.AWAITING_UPLOAD,
        null,
        contentType,
        size,
        sha256,
        null,
        null,
        null,
        List.of(),
        Map.of(),
        null,
        null);
  }

  /** The owner says that the bytes are there. */
  public Manifest processing(Announcement announcement) {
    return new Manifest(
        id,
        ownerId,
        fileName,
        createdAt,
        MediaStatus.PROCESSING,
        null,
        contentType,
        size,
        sha256,
        null,
        null,
        null,
        List.of(),
        posts,
        announcement,
        null);
  }

  /** The file was checked and may be shown. */
  public Manifest ready(
      String actualType,
      Integer actualWidth,
      Integer actualHeight,
      String placeholder,
      List<Variant> made,
      Announcement announcement) {
    return new Manifest(
        id,
        ownerId,
        fileName,
        createdAt,
        MediaStatus.READY,
        null,
        actualType,
        size,
        sha256,
        actualWidth,
        actualHeight,
        placeholder,
        List.copyOf(made),
        posts,
        uploaded,
        announcement);
  }

  /** The file was checked and will never be shown. */
  public Manifest rejected(Rejection why, Announcement announcement) {
    return new Manifest(
        id,
        ownerId,
        fileName,
        createdAt,
        MediaStatus.REJECTED,
        why,
        contentType,
        size,
        sha256,
        null,
        null,
        null,
        List.of(),
        posts,
        uploaded,
        announcement);
  }

  /** The owner removed the file; a post that still waits for it learns that it will never come. */
  public Manifest deleted(Announcement announcement) {
    return new Manifest(
        id,
        ownerId,
        null,
        createdAt,
        MediaStatus.DELETED,
        Rejection.DELETED,
        contentType,
        size,
        null,
        null,
        null,
        null,
        variants,
        Map.of(),
        uploaded,
        announcement);
  }

  /** A public post shows the file. The same manifest when that is known, or the post is gone. */
  public Manifest shownBy(UUID postId) {
    return posts.containsKey(postId) ? this : withUse(postId, new Use(null), Instant.now());
  }

  /** A post is gone. The same manifest when that is known. */
  public Manifest noLongerShownBy(UUID postId, Instant now) {
    Use use = posts.get(postId);
    return use != null && use.endedAt() != null ? this : withUse(postId, new Use(now), now);
  }

  /** Whether anyone signed in may see the file. */
  @JsonIgnore
  public boolean isPublic() {
    return status == MediaStatus.READY
        && posts.values().stream().anyMatch(use -> use.endedAt() == null);
  }

  /** The variant of the name. */
  public Optional<Variant> variant(String name) {
    return variants.stream().filter(variant -> variant.name().equals(name)).findFirst();
  }

  /** The event of this id that the state tells, if it came to be. */
  public Optional<DomainEvent> event(UUID eventId) {
    if (outcome != null && outcome.eventId().equals(eventId)) {
      return outcomeEvent();
    }
    if (uploaded != null && uploaded.eventId().equals(eventId)) {
      return Optional.of(new MediaUploaded(id, ownerId, uploaded.at()));
    }
    return Optional.empty();
  }

  /** The envelope of the event of this id. */
  public Optional<Announcement> announcement(UUID eventId) {
    return java.util.stream.Stream.of(uploaded, outcome)
        .filter(announcement -> announcement != null && announcement.eventId().equals(eventId))
        .findFirst();
  }

  private Optional<DomainEvent> outcomeEvent() {
    return switch (status) {
      case READY ->
          Optional.of(new MediaReady(id, ownerId, contentType, width, height, size, outcome.at()));
      case REJECTED, DELETED ->
          Optional.of(new MediaRejected(id, ownerId, reason.text(), outcome.at()));
      case AWAITING_UPLOAD, PROCESSING -> Optional.empty();
    };
  }

  private Manifest withUse(UUID postId, Use use, Instant now) {
    Map<UUID, Use> uses = new HashMap<>(posts);
    uses.values()
        .removeIf(old -> old.endedAt() != null && old.endedAt().plus(ENDED_USE_KEPT).isBefore(now));
    uses.put(postId, use);
    return new Manifest(
        id,
        ownerId,
        fileName,
        createdAt,
        status,
        reason,
        contentType,
        size,
        sha256,
        width,
        height,
        blurhash,
        variants,
        Map.copyOf(uses),
        uploaded,
        outcome);
  }
}
