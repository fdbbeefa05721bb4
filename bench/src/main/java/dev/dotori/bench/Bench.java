package dev.dotori.bench;

import dev.dotori.bench.points.DistributionBenchmark;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs a benchmark: prints what it measured and keeps it under {@code bench/results}. */
@Command(
    name = "bench",
    description = "Measures Dotori on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {ConnectorCommand.class, DistributionBenchmark.class})
public final class Bench {

  private Bench() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }
}
