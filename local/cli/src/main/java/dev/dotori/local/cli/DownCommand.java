package dev.dotori.local.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops everything; the data stays. */
@Command(
    name = "down",
    description = "Stops everything, last started first. The data stays for the next `up`.",
    mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
  @Mixin private Location location;

  @Override
  public Integer call() {
    Console console = Console.standard();
    DataDirectory data = location.data();
    try (DataDirectory.Lock _ = data.lock()) {
      int stopped = Platform.stop(data, console);
      console.line(stopped == 0 ? "Nothing runs." : "Dotori is down.");
    }
    return 0;
  }
}
