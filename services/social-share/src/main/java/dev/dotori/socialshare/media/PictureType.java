package dev.dotori.socialshare.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Tells an image's type from its first bytes. */
final class PictureType {

  private PictureType() {}

  static Optional<String> of(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
      if (start.startsWith("\u00ff\u00d8\u00ff")) {
        return Optional.of("image/jpeg");
      }
      if (start.startsWith("\u0089PNG\r\n\u001a\n")) {
        return Optional.of("image/png");
      }
      if (start.startsWith("GIF8")) {
        return Optional.of("image/gif");
      }
      if (start.startsWith("RIFF") && start.endsWith("WEBP")) {
        return Optional.of("image/webp");
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
