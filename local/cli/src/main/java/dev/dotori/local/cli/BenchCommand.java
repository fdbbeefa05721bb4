package dev.dotori.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Builds the benchmarks and hands over to them. */
@Command(
    name = "bench",
    description = "Runs the benchmarks; all arguments are theirs: ./dotori bench --help")
final class BenchCommand implements Callable<Integer> {
  private static final String MAIN = "dev.dotori.bench.Bench";

  @Parameters(paramLabel = "ARGUMENT", description = "Passed on to the benchmarks.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    Path module = Location.root().resolve("bench");
    Path classPath = build(module);
    try {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-Ddotori.root=" + Location.root(),
                  "-cp",
                  module.resolve("target/classes") + ":" + Files.readString(classPath).strip(),
                  MAIN));
      command.addAll(arguments);
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path build(Path module) {
    Path log = Location.root().resolve("target/bench-build.log");
    try {
      Files.createDirectories(log.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> goals =
        List.of("package", "-pl", "bench", "-am", "-DskipTests", "-Dspotless.check.skip=true");
    if (new Maven(Location.root()).run(goals, Map.of(), log, _ -> {}) != 0) {
      throw new CommandException("the benchmarks can't be built (log: " + log + ")");
    }
    Path classPath = module.resolve("target/classpath");
    if (!Files.exists(classPath)) {
      throw new CommandException("the build of bench has not made " + classPath);
    }
    return classPath;
  }
}
