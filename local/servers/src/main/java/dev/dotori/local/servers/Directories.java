package dev.dotori.local.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/** Directories that only their owner can enter, and files that only their owner can read. */
public final class Directories {
  private Directories() {}

  /**
   * A new directory for this JVM's temporary data. What JVMs that were killed have left behind is
   * removed on the way: nothing else would ever do it.
   */
  static Path temporary(String purpose) {
    try {
      Path parent =
          Path.of(
              System.getProperty("java.io.tmpdir"), "dotori-" + System.getProperty("user.name"));
      createPrivate(parent);
      removeLeftovers(parent);
      return Files.createTempDirectory(parent, ProcessHandle.current().pid() + "-" + purpose + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void removeLeftovers(Path parent) throws IOException {
    List<Path> all;
    try (Stream<Path> entries = Files.list(parent)) {
      all = entries.toList();
    }
    for (Path entry : all) {
      String owner = entry.getFileName().toString().split("-", 2)[0];
      if (owner.matches("\\d{1,10}") && ProcessHandle.of(Long.parseLong(owner)).isEmpty()) {
        delete(entry);
      }
    }
  }

  /** Makes the directory, and those above it, with mode 700. */
  public static Path createPrivate(Path directory) throws IOException {
    return Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Writes the file with mode 600, whole or not at all. */
  public static void writePrivate(Path file, String content) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    // Files.createTempFile makes it with mode 600.
    Path unfinished = Files.createTempFile(parent, "." + file.getFileName(), ".tmp");
    try {
      Files.writeString(unfinished, content);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Removes the directory and all in it; one that is not there is no error. */
  public static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              // Two JVMs may be removing the same leftovers.
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e)
                throws IOException {
              if (e != null && !(e instanceof NoSuchFileException)) {
                throw e;
              }
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
