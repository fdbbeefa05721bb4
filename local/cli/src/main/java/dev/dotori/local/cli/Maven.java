package dev.dotori.local.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs the project's Maven wrapper. */
final class Maven {
  private final Path root;

  Maven(Path root) {
    this.root = root;
  }

  /**
   * Runs it to its end. Ctrl-C ends it too, with all that it started.
   *
   * @param lines gets each line of its output, which also goes to the log
   * @return its exit code
   */
  int run(
      List<String> arguments, Map<String, String> environment, Path log, Consumer<String> lines) {
    List<String> command = new ArrayList<>(List.of("./mvnw", "-B", "-ntp"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
    builder.redirectErrorStream(true).redirectInput(Path.of("/dev/null").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    try {
      Process maven = builder.start();
      Thread onInterrupt = new Thread(() -> endTree(maven.toHandle()), "dotori-end-maven");
      Runtime.getRuntime().addShutdownHook(onInterrupt);
      try (BufferedReader output = maven.inputReader(StandardCharsets.UTF_8);
          PrintWriter file =
              new PrintWriter(Files.newBufferedWriter(log, StandardCharsets.UTF_8), true)) {
        output
            .lines()
            .forEach(line -> {
              file.println(line);
              lines.accept(line);
            });
        return maven.waitFor();
      } finally {
        endTree(maven.toHandle());
        Runtime.getRuntime().removeShutdownHook(onInterrupt);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
  }

  private static void endTree(ProcessHandle process) {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroy();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
