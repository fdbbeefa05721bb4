package dev.dotori.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Hands over to the connector's benchmark, which is an application of its own. */
@Command(
    name = "connector",
    description = "Entries per second through the connector, beside a plain loop.",
    mixinStandardHelpOptions = true)
final class ConnectorCommand implements Callable<Integer> {

  @Parameters(description = "Entries per round, and rounds.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    Path root = Path.of(System.getProperty("dotori.root", "."));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                root.resolve("bench/target/quarkus-app/quarkus-run.jar").toString()));
    command.addAll(arguments);
    return new ProcessBuilder(command).directory(root.toFile()).inheritIO().start().waitFor();
  }
}
