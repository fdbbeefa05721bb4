package dev.dotori.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Builds the applications whose sources are newer than what was built of them. */
final class Build {
  /** Maven's headline of a module: {@code [INFO] Building Dotori points 0.1.0-SNAPSHOT [3/9]}. */
  static final Pattern MODULE = Pattern.compile("\\[INFO] Building (.+) \\S+ +\\[(\\d+)/(\\d+)]");

  private final Path root;
  private final Console console;

  Build(Path root, Console console) {
    this.root = root;
    this.console = console;
  }

  /** Of these modules, relative to the root, those that have to be built. */
  List<String> outdated(List<String> modules) {
    FileTime shared = newest(List.of(root.resolve("pom.xml"), root.resolve("shared-events")));
    return modules.stream().filter(module -> isOutdated(module, shared)).toList();
  }

  private boolean isOutdated(String module, FileTime shared) {
    Path folder = root.resolve(module);
    Path built = folder.resolve("target/quarkus-app/quarkus-run.jar");
    try {
      if (!Files.exists(built)) {
        return true;
      }
      FileTime own = newest(List.of(folder.resolve("pom.xml"), folder.resolve("src/main")));
      FileTime stamp = Files.getLastModifiedTime(built);
      return own.compareTo(stamp) > 0 || shared.compareTo(stamp) > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** When the sources in these files and folders were last changed; tests do not count. */
  private static FileTime newest(List<Path> paths) {
    FileTime[] newest = {FileTime.fromMillis(0)};
    for (Path path : paths) {
      try {
        Files.walkFileTree(
            path,
            new SimpleFileVisitor<>() {
              @Override
              public FileVisitResult preVisitDirectory(
                  Path folder, BasicFileAttributes attributes) {
                boolean skipped = folder.endsWith("target") || folder.endsWith("src/test");
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.lastModifiedTime().compareTo(newest[0]) > 0) {
                  newest[0] = attributes.lastModifiedTime();
                }
                return FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
              }
            });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return newest[0];
  }

  /**
   * Builds modules and what they need, without their tests.
   *
   * @throws CommandException with the first error, when it fails
   */
  void build(List<String> modules, Path log) {
    Instant begin = Instant.now();
    List<String> arguments =
        List.of(
            "package",
            "-pl",
            String.join(",", modules),
            "-am",
            "-DskipTests",
            // Formatting is for `verify`: a developer who tries something need not care yet.
            "-Dspotless.check.skip=true");
    List<String> errors = new ArrayList<>();
    ModuleProgress progress = new ModuleProgress();
    int code =
        new Maven(root)
            .run(
                arguments,
                Map.of(),
                log,
                line -> {
                  progress.accept(line);
                  if (line.startsWith("[ERROR] ")) {
                    errors.add(line.substring("[ERROR] ".length()).strip());
                  }
                });
    if (code != 0) {
      String reason =
          errors.stream().filter(error -> !error.isBlank()).findFirst().orElse("code " + code);
      throw new CommandException("the build failed: %s (log: %s)".formatted(reason, log));
    }
    progress.finish();
    touch(modules);
    console.done("build", modules.size() + " applications", Duration.between(begin, Instant.now()));
  }

  /** A build that changed nothing leaves the former file: marks it as looked at. */
  private void touch(List<String> modules) {
    for (String module : modules) {
      Path built = root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
      try {
        Files.setLastModifiedTime(built, FileTime.from(Instant.now()));
      } catch (IOException e) {
        throw new CommandException("the build has not made " + built, e);
      }
    }
  }

  /** A line for each module that is done. */
  private final class ModuleProgress {
    private String current;
    private Instant since;

    void accept(String line) {
      Matcher module = MODULE.matcher(line);
      if (module.matches()) {
        finish();
        current = "%s (%s of %s)".formatted(module.group(1), module.group(2), module.group(3));
        since = Instant.now();
        console.now("  building " + current);
      }
    }

    void finish() {
      if (current != null) {
        console.done("build", current, Duration.between(since, Instant.now()));
        current = null;
      }
    }
  }
}
