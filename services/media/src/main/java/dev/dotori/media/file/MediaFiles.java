package dev.dotori.media.file;

import dev.dotori.api.Ids;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemType;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.media.announcement.Announcements;
import dev.dotori.media.announcement.Causation;
import dev.dotori.media.bucket.Bucket;
import dev.dotori.media.bucket.SignedUrls;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** What owners do with their files. */
@ApplicationScoped
public class MediaFiles {

  /** The owner says that the bytes are there, and they are not. */
  public static final ProblemType NOT_UPLOADED =
      new ProblemType("media-not-uploaded", 409, "The file's bytes have not arrived");

  private static final int DELETED_AT_ONCE = 500;

  private final Manifests manifests;
  private final Announcements announcements;
  private final Bucket bucket;
  private final SignedUrls urls;

  @Inject
  MediaFiles(Manifests manifests, Announcements announcements, Bucket bucket, SignedUrls urls) {
    this.manifests = manifests;
    this.announcements = announcements;
    this.bucket = bucket;
    this.urls = urls;
  }

  /** An announced file, and how to send its bytes. */
  public record Announced(Manifest manifest, SignedUrls.Upload upload) {}

  /**
   * Announces a file.
   *
   * @throws ProblemException 404 when the member has left
   */
  public Announced announce(
      UUID ownerId, String fileName, String contentType, long size, String sha256) {
    Manifest manifest = create(ownerId, fileName, contentType, size, sha256);
    return new Announced(
        manifest, urls.upload(Keys.upload(manifest.id()), contentType, size, sha256));
  }

  /**
   * Takes a file whose bytes have come to this machine, and has it checked.
   *
   * @param contentType as its sender calls it, or null
   * @throws ProblemException 404 when the member has left
   * @throws IOException when the file can't be read
   */
  public Manifest take(UUID ownerId, String fileName, String contentType, Path file)
      throws IOException {
    Manifest manifest =
        create(
            ownerId,
            fileName,
            Objects.requireNonNullElse(contentType, "application/octet-stream"),
            Files.size(file),
            Checksums.sha256(file));
    bucket.write(Keys.upload(manifest.id()), file, manifest.contentType(), "attachment");
    return complete(ownerId, manifest.id());
  }

  private Manifest create(
      UUID ownerId, String fileName, String contentType, long size, String sha256) {
    UUID id = Ids.next();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    Manifest manifest = Manifest.announced(id, ownerId, fileName, contentType, size, sha256, now);
    // What leads to a manifest is written before it, so that none is ever lost from sight.
    bucket.mark(Keys.owned(ownerId, id));
    bucket.mark(Keys.awaited(id));
    manifests.create(manifest);
    // Asked last: either this sees that the member has left, or their leaving finds this file.
    if (bucket.exists(Keys.closed(ownerId))) {
      delete(id);
      throw new ProblemException(ProblemTypes.NOT_FOUND, "There is no such member any more.");
    }
    return manifest;
  }

  /**
   * Takes note that the bytes are in the bucket, and has them checked. Does nothing when that is
   * known.
   *
   * @throws ProblemException 404 unless it is the owner's; 409 when the bytes are not there
   */
  public Manifest complete(UUID ownerId, UUID id) {
    Manifest manifest = owned(ownerId, id);
    if (manifest.status() != MediaStatus.AWAITING_UPLOAD) {
      return manifest;
    }
    if (!bucket.exists(Keys.upload(id))) {
      return checkedMeanwhile(ownerId, id);
    }
    bucket.mark(Keys.unchecked(id));
    Manifest after =
        announcements
            .change(
                id,
                Causation.current(),
                (before, announcement) ->
                    before.status() == MediaStatus.AWAITING_UPLOAD
                        ? before.processing(announcement)
                        : before)
            .map(Manifests.Change::after)
            .filter(changed -> changed.status() != MediaStatus.DELETED)
            .orElseThrow(MediaFiles::notFound);
    bucket.delete(Keys.awaited(id));
    return after;
  }

  /** The bytes are not there: because they were checked and removed meanwhile, or never came. */
  private Manifest checkedMeanwhile(UUID ownerId, UUID id) {
    Manifest manifest = owned(ownerId, id);
    if (manifest.status() == MediaStatus.AWAITING_UPLOAD) {
      throw new ProblemException(
          NOT_UPLOADED, "Send the bytes to the upload URL first; it may have to be a new one.");
    }
    return manifest;
  }

  /**
   * A file of the member's own.
   *
   * @throws ProblemException 404 otherwise
   */
  public Manifest owned(UUID ownerId, UUID id) {
    return manifests
        .find(id)
        .filter(manifest -> manifest.ownerId().equals(ownerId))
        .orElseThrow(MediaFiles::notFound);
  }

  /**
   * A file that the caller may see: their own, or one that a public post shows.
   *
   * @throws ProblemException 404 otherwise
   */
  public Manifest visible(Optional<UUID> memberId, UUID id) {
    return manifests
        .find(id)
        .filter(manifest ->
            manifest.isPublic() || memberId.filter(manifest.ownerId()::equals).isPresent())
        .orElseThrow(MediaFiles::notFound);
  }

  /**
   * Removes a file of the owner's.
   *
   * @throws ProblemException 404 unless there is one
   */
  public void delete(UUID ownerId, UUID id) {
    owned(ownerId, id);
    delete(id);
  }

  /** Removes a file, and finishes a removal that was begun. */
  public void delete(UUID id) {
    bucket.mark(Keys.deletion(id));
    announcements.change(
        id,
        Causation.current(),
        (before, announcement) ->
            before.status() == MediaStatus.DELETED ? before : before.deleted(announcement));
    finishDeletion(id);
  }

  /**
   * Removes all objects of a file whose manifest says that it is deleted. The manifest goes last,
   * and only once its event was sent.
   *
   * @return whether all is gone
   */
  public boolean finishDeletion(UUID id) {
    Optional<Manifest> manifest = manifests.findAny(id);
    if (manifest.isPresent()) {
      if (manifest.get().status() != MediaStatus.DELETED) {
        delete(id);
        return false;
      }
      Stream.of(Variant.ORIGINAL, Variant.MEDIUM, Variant.THUMBNAIL)
          .forEach(name -> bucket.delete(Keys.variant(id, name)));
      bucket.delete(Keys.upload(id));
      bucket.delete(Keys.awaited(id));
      bucket.delete(Keys.unchecked(id));
      if (bucket.exists(Keys.unsent(manifest.get().outcome().eventId(), id))) {
        return false;
      }
      bucket.delete(Keys.owned(manifest.get().ownerId(), id));
      bucket.delete(Keys.manifest(id));
    }
    bucket.delete(Keys.deletion(id));
    return true;
  }

  /** Removes all files of a member who has left, and takes no more. */
  public void close(UUID ownerId) {
    bucket.mark(Keys.closed(ownerId));
    String prefix = Keys.ownedBy(ownerId);
    String after = null;
    while (true) {
      List<Bucket.Listed> files = bucket.list(prefix, after, DELETED_AT_ONCE);
      for (Bucket.Listed file : files) {
        UUID id = Keys.lastId(file.key());
        delete(id);
        bucket.delete(file.key());
        after = file.key();
      }
      if (files.size() < DELETED_AT_ONCE) {
        return;
      }
    }
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemTypes.NOT_FOUND, "There is no such file for the caller.");
  }
}
