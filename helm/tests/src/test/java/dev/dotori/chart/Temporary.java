package dev.dotori.chart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for what the tests write, below the module's target folder. */
final class Temporary {
  private static final Path FOLDER = make();

  private Temporary() {}

  static Path folder() {
    return FOLDER;
  }

  private static Path make() {
    try {
      Path parent = Files.createDirectories(Path.of("target", "charts").toAbsolutePath());
      return Files.createTempDirectory(parent, "run");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
