package dev.dotori.local.cli;

import dev.dotori.local.replay.ReplayCommand;
import dev.dotori.local.servers.ServerStartException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code dotori} command. */
@Command(
    name = "dotori",
    description = "Builds, runs, tests and measures Dotori on this machine.",
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      ReplayCommand.class,
      VerifyCommand.class,
      BenchCommand.class,
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "dotori 0.1.0")
public final class Dotori {
  private Dotori() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** The command with all subcommands; {@code execute} returns the exit code. */
  public static CommandLine commandLine() {
    CommandLine command =
        new CommandLine(new Dotori())
            .setExecutionExceptionHandler(Dotori::explain)
            .setUsageHelpAutoWidth(true);
    // These two pass on what they do not know.
    for (String passing : List.of("verify", "bench")) {
      command.getSubcommands().get(passing).setUnmatchedOptionsArePositionalParams(true);
    }
    return command;
  }

  /**
   * What went wrong as expected is told in one line; anything else is a bug and keeps its trace.
   */
  private static int explain(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
    if (failure instanceof CommandException || failure instanceof ServerStartException) {
      command.getErr().println("dotori: " + failure.getMessage());
      return 1;
    }
    throw failure;
  }
}
