package dev.dotori.socialshare.media;

import dev.dotori.socialshare.network.SocialNetwork.Limits;
import dev.dotori.socialshare.network.SocialNetwork.Picture;
import io.quarkus.oidc.client.OidcClientException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * Fetches pictures from the media service: each goes through a temporary file, so that memory
 * doesn't grow with them and the network is told their length.
 */
@ApplicationScoped
public class Pictures {

  private static final int BUFFER = 64 << 10;

  private final MediaApi media;

  Pictures(@RestClient MediaApi media) {
    this.media = media;
  }

  /** A picture can't be had. */
  public static final class MediaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why, and whether that may change. */
    public enum Kind {
      /** It is gone, another's, or not ready. */
      UNAVAILABLE,
      /** No variant fits what the network takes. */
      UNSUPPORTED,
      /** The media service can't be asked right now. */
      SERVICE_DOWN
    }

    private final Kind kind;

    MediaException(Kind kind, String detail) {
      super(detail);
      this.kind = kind;
    }

    public Kind kind() {
      return kind;
    }
  }

  /** A picture in a temporary file, which goes when this is closed. */
  public record Fetched(Picture picture) implements AutoCloseable {

    @Override
    public void close() {
      delete(picture.file());
    }
  }

  /**
   * Fetches the largest variant that fits the network's limits.
   *
   * @param ownerId whose the picture must be
   * @throws MediaException when there is none
   */
  public Fetched fetch(UUID mediaId, UUID ownerId, Limits limits) {
    MediaApi.Manifest manifest = asking(mediaId, () -> media.manifest(mediaId));
    if (!"ready".equals(manifest.status()) || !ownerId.equals(manifest.ownerId())) {
      throw new MediaException(
          MediaException.Kind.UNAVAILABLE,
          "Medium " + mediaId + " is not ready, or not the author's");
    }
    return variants(manifest)
        .map(variant -> fetchIfFits(mediaId, variant.orElse(null), limits))
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() ->
            new MediaException(
                MediaException.Kind.UNSUPPORTED,
                "No variant of medium %s is one of %s with at most %d bytes"
                    .formatted(mediaId, limits.mediaTypes(), limits.mediaBytes())));
  }

  /** Names of variants, the largest first; the original (empty) only when there is no variant. */
  private static Stream<Optional<String>> variants(MediaApi.Manifest manifest) {
    List<MediaApi.Variant> variants = manifest.variants();
    if (variants == null || variants.isEmpty()) {
      return Stream.of(Optional.empty());
    }
    return variants.stream()
        .sorted(Comparator.comparingLong(Pictures::area).reversed())
        .map(variant -> Optional.of(variant.name()));
  }

  private static long area(MediaApi.Variant variant) {
    return variant.width() == null || variant.height() == null
        ? 0
        : (long) variant.width() * variant.height();
  }

  private Optional<Fetched> fetchIfFits(UUID mediaId, String variant, Limits limits) {
    Path file = temporaryFile();
    boolean keep = false;
    try {
      boolean whole =
          asking(mediaId, () -> copy(media.content(mediaId, variant), file, limits.mediaBytes()));
      Optional<String> type = whole ? PictureType.of(file) : Optional.empty();
      keep = type.filter(limits.mediaTypes()::contains).isPresent();
      return keep
          ? Optional.of(new Fetched(new Picture(file, type.orElseThrow())))
          : Optional.empty();
    } finally {
      if (!keep) {
        delete(file);
      }
    }
  }

  private static <T> T asking(UUID mediaId, Supplier<T> call) {
    try {
      return call.get();
    } catch (WebApplicationException e) {
      int status = e.getResponse().getStatus();
      boolean gone = status == 404 || status == 410;
      throw new MediaException(
          gone ? MediaException.Kind.UNAVAILABLE : MediaException.Kind.SERVICE_DOWN,
          "The media service answered " + status + " for " + mediaId);
    } catch (ProcessingException | OidcClientException | UncheckedIOException e) {
      throw new MediaException(
          MediaException.Kind.SERVICE_DOWN, "The media service can't be asked for " + mediaId);
    }
  }

  /** Copies at most that many bytes; false when there are more. */
  private static boolean copy(InputStream content, Path file, long maxBytes) {
    try (content;
        OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      long copied = 0;
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        copied += read;
        if (copied > maxBytes) {
          return false;
        }
        out.write(buffer, 0, read);
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporaryFile() {
    try {
      return Files.createTempFile("share", ".picture");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
