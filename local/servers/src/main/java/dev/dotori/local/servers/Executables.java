package dev.dotori.local.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds executables on the PATH, and unpacks those that Maven artifacts carry. */
final class Executables {
  private Executables() {}

  static Optional<Path> onPath(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static boolean isLinux(String architecture) {
    return System.getProperty("os.name").equals("Linux")
        && System.getProperty("os.arch").equals(architecture);
  }

  /**
   * Unpacks files of the class path into the user's cache, once. Several JVMs may do it at the same
   * time: each unpacks for itself, and the first to be done wins.
   *
   * @param name the cache entry; must change when the files do
   * @param root what the files' names are relative to
   * @return the folder with the files
   */
  static Path unpacked(String name, String root, List<String> files, String executable) {
    Path target = cache().resolve(name);
    if (Files.isDirectory(target)) {
      return target;
    }
    try {
      Directories.createPrivate(target.getParent());
      Path unfinished = Files.createTempDirectory(target.getParent(), "." + name + "-");
      try {
        for (String file : files) {
          Path destination = unfinished.resolve(file);
          Files.createDirectories(destination.getParent());
          copy(root + file, destination);
        }
        if (!unfinished.resolve(executable).toFile().setExecutable(true)) {
          throw new ServerStartException(unfinished + " takes no executables");
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileSystemException e) {
        if (!Files.isDirectory(target)) {
          throw e;
        }
      } finally {
        Directories.delete(unfinished);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(String resource, Path destination) throws IOException {
    try (InputStream content = Executables.class.getResourceAsStream(resource)) {
      if (content == null) {
        throw new ServerStartException(resource + " is not on the class path");
      }
      Files.copy(content, destination);
    }
  }

  private static Path cache() {
    String home = System.getenv("XDG_CACHE_HOME");
    return home == null || home.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "dotori")
        : Path.of(home, "dotori");
  }
}
