package dev.dotori.local.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say which local system a command is about. */
final class Location {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where data, secrets and logs are (default: .dotori in the project).")
  private Path data;

  /** The project's folder. */
  static Path root() {
    String root = System.getProperty("dotori.root");
    return Path.of(root == null ? "" : root).toAbsolutePath().normalize();
  }

  DataDirectory data() {
    return new DataDirectory(data == null ? root().resolve(".dotori") : data);
  }
}
