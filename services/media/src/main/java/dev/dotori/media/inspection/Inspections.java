package dev.dotori.media.inspection;

import dev.dotori.media.announcement.Announcements;
import dev.dotori.media.announcement.Causation;
import dev.dotori.media.bucket.Bucket;
import dev.dotori.media.file.Checksums;
import dev.dotori.media.file.Keys;
import dev.dotori.media.file.Manifest;
import dev.dotori.media.file.Manifests;
import dev.dotori.media.file.MediaStatus;
import dev.dotori.media.file.Rejection;
import dev.dotori.media.file.Variant;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Decides of an uploaded file whether it is ready or rejected.
 *
 * <p>What is shown is never the object that the client wrote, since the signed URL could write it
 * again: the checked bytes are written to other keys, and the upload is removed.
 */
@ApplicationScoped
public class Inspections {

  private static final Logger LOG = Logger.getLogger(Inspections.class);

  private final Manifests manifests;
  private final Announcements announcements;
  private final Bucket bucket;
  private final Inspector inspector;

  @Inject
  Inspections(
      Manifests manifests, Announcements announcements, Bucket bucket, Inspector inspector) {
    this.manifests = manifests;
    this.announcements = announcements;
    this.bucket = bucket;
    this.inspector = inspector;
  }

  /**
   * Inspects a file, unless that was done.
   *
   * @throws IOException when S3 or the disk fails: worth another try, and no fault of the file
   */
  public void inspect(UUID id) throws IOException, InterruptedException {
    Optional<Manifest> manifest = manifests.find(id);
    if (manifest.isEmpty() || manifest.get().status() != MediaStatus.PROCESSING) {
      return;
    }
    Path folder = Files.createTempDirectory("dotori-media-");
    try {
      inspect(manifest.get(), folder);
    } finally {
      remove(folder);
    }
  }

  private void inspect(Manifest manifest, Path folder) throws IOException, InterruptedException {
    Optional<Manifests.Change> change;
    try {
      Path file = download(manifest, folder);
      Inspector.Findings findings = inspector.inspect(file, folder);
      for (Inspector.Rendering rendering : findings.renderings()) {
        Variant variant = rendering.variant();
        bucket.write(
            Keys.variant(manifest.id(), variant.name()),
            rendering.file(),
            variant.contentType(),
            disposition(manifest, findings.type()));
      }
      change = ready(manifest, findings);
    } catch (RejectedFileException e) {
      LOG.infof("%s is rejected, %s: %s", manifest.id(), e.reason().text(), e.getMessage());
      change = reject(manifest, e.reason());
    }
    if (change.isEmpty() || change.get().after().status() == MediaStatus.DELETED) {
      removeVariants(manifest.id());
    }
    bucket.delete(Keys.upload(manifest.id()));
    bucket.delete(Keys.unchecked(manifest.id()));
  }

  private Optional<Manifests.Change> ready(Manifest manifest, Inspector.Findings findings) {
    List<Variant> variants =
        findings.renderings().stream().map(Inspector.Rendering::variant).toList();
    return announcements.change(
        manifest.id(),
        Causation.of(manifest.uploaded()),
        (before, announcement) ->
            before.status() != MediaStatus.PROCESSING
                ? before
                : before.ready(
                    findings.type().contentType(),
                    findings.width(),
                    findings.height(),
                    findings.blurhash(),
                    variants,
                    announcement));
  }

  private Optional<Manifests.Change> reject(Manifest manifest, Rejection reason) {
    return announcements.change(
        manifest.id(),
        Causation.of(manifest.uploaded()),
        (before, announcement) ->
            before.status() != MediaStatus.PROCESSING
                ? before
                : before.rejected(reason, announcement));
  }

  /** Copies the upload to the disk, no more of it than was declared, and checks its identity. */
  private Path download(Manifest manifest, Path folder) throws IOException, RejectedFileException {
    Path file = folder.resolve("upload");
    try (InputStream upload =
            bucket
                .open(Keys.upload(manifest.id()))
                .orElseThrow(() -> new IOException("no upload of " + manifest.id()));
        OutputStream copy = Files.newOutputStream(file)) {
      byte[] part = new byte[1 << 16];
      long size = 0;
      for (int read = upload.read(part); read >= 0; read = upload.read(part)) {
        size += read;
        if (size > manifest.size()) {
          break;
        }
        copy.write(part, 0, read);
      }
      if (size != manifest.size()) {
        throw new RejectedFileException(
            Rejection.SIZE_MISMATCH, "not the " + manifest.size() + " bytes declared");
      }
    }
    if (!Checksums.sha256(file).equals(manifest.sha256())) {
      throw new RejectedFileException(Rejection.CHECKSUM_MISMATCH, "not the bytes declared");
    }
    return file;
  }

  // Documents are saved rather than shown: a browser runs what stands in them.
  private static String disposition(Manifest manifest, FileType type) {
    if (type != FileType.PDF) {
      return "inline";
    }
    String name =
        URLEncoder.encode(manifest.fileName(), StandardCharsets.UTF_8).replace("+", "%20");
    return "attachment; filename=\"document.pdf\"; filename*=UTF-8''" + name;
  }

  private void removeVariants(UUID id) {
    Stream.of(Variant.ORIGINAL, Variant.MEDIUM, Variant.THUMBNAIL)
        .forEach(name -> bucket.delete(Keys.variant(id, name)));
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
