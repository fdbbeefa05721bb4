package dev.dotori.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Builds the benchmarks, if need be, and hands over to them. */
@Command(name = "bench", description = "Runs a benchmark; all arguments are the benchmarks' own.")
final class BenchCommand implements Callable<Integer> {
  private static final String MODULE = "bench";

  /** What is built for it: itself, and the service that it measures as a process of its own. */
  private static final List<String> APPLICATIONS = List.of(MODULE, "services/points");

  @Parameters(paramLabel = "ARGUMENT", description = "Passed on to the benchmarks.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws InterruptedException {
    build();
    Path target = Location.root().resolve(MODULE).resolve("target");
    try {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-Ddotori.root=" + Location.root(),
                  "-cp",
                  target.resolve("classes") + ":" + Files.readString(target.resolve("classpath")),
                  "dev.dotori.bench.Bench"));
      command.addAll(arguments);
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void build() {
    Build build = new Build(Location.root(), Console.standard());
    List<String> outdated = build.outdated(APPLICATIONS);
    if (outdated.isEmpty()) {
      return;
    }
    try {
      Path target = Files.createDirectories(Location.root().resolve("target"));
      build.build(outdated, target.resolve("bench-build.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
