package dev.dotori.media.file;

import java.util.List;
import java.util.UUID;

/**
 * A file as clients see it.
 *
 * @param reason why it was rejected, else null
 * @param blurhash a placeholder to draw while an image loads, or null
 */
public record MediaView(
    UUID id,
    MediaStatus status,
    Rejection reason,
    String fileName,
    String contentType,
    Integer width,
    Integer height,
    long size,
    String sha256,
    String blurhash,
    List<VariantView> variants,
    java.time.Instant createdAt) {

  /**
   * A rendering.
   *
   * @param url relative to the API's address; it redirects to the content
   */
  public record VariantView(String name, String url, Integer width, Integer height) {}

  static MediaView of(Manifest manifest) {
    return new MediaView(
        manifest.id(),
        manifest.status(),
        manifest.reason(),
        manifest.fileName(),
        manifest.contentType(),
        manifest.width(),
        manifest.height(),
        manifest.size(),
        manifest.sha256(),
        manifest.blurhash(),
        variants(manifest),
        manifest.createdAt());
  }

  static List<VariantView> variants(Manifest manifest) {
    return manifest.variants().stream()
        .map(variant ->
            new VariantView(
                variant.name(),
                "/v1/media/" + manifest.id() + "/content?variant=" + variant.name(),
                variant.width(),
                variant.height()))
        .toList();
  }
}
