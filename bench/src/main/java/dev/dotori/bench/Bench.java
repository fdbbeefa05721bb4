package dev.dotori.bench;

import dev.dotori.bench.connector.ConnectorBenchmark;
import dev.dotori.bench.points.DistributionBenchmark;
import dev.dotori.bench.replicas.ReplicasBenchmark;
import dev.dotori.bench.start.StartBenchmark;
import dev.dotori.local.servers.ServerStartException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Runs a benchmark: prints what it measured and keeps it under {@code bench/results}. */
@Command(
    name = "bench",
    description = "Measures Dotori on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ConnectorBenchmark.class,
      DistributionBenchmark.class,
      ReplicasBenchmark.class,
      StartBenchmark.class
    })
public final class Bench {

  private Bench() {}

  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new Bench())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(Bench::explain)
            .execute(arguments));
  }

  /** What can go wrong on a machine is told in one line; anything else is a bug. */
  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
    if (failure instanceof BenchmarkException || failure instanceof ServerStartException) {
      command.getErr().println("bench: " + failure.getMessage());
      return 1;
    }
    throw failure;
  }
}
