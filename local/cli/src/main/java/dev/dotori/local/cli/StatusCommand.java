package dev.dotori.local.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows what runs. */
@Command(
    name = "status",
    description = "Shows what runs. Exit code 0 when all of it is ready, 1 otherwise.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Mixin private Location location;

  @Override
  public Integer call() {
    Console console = Console.standard();
    DataDirectory data = location.data();
    Map<String, RunningProcess> processes = data.processes();
    if (processes.isEmpty()) {
      console.line("Nothing runs.");
      return 1;
    }
    List<Part> parts = new Topology(Location.root(), data, data.settings()).parts();
    boolean allReady = true;
    console.line(
        "  %-13s %-10s %8s %10s %8s  %s".formatted("", "", "pid", "up for", "memory", "address"));
    for (Part part : parts) {
      State state = State.of(part, processes.get(part.name()));
      allReady &= state == State.READY;
      console.line(line(part, state, processes.get(part.name())));
    }
    return allReady ? 0 : 1;
  }

  private static String line(Part part, State state, RunningProcess process) {
    boolean alive = state == State.READY || state == State.NOT_READY;
    return "  %-13s %-10s %8s %10s %8s  %s"
        .formatted(
            part.name(),
            state.words,
            alive ? String.valueOf(process.pid()) : "",
            alive ? Console.spoken(Duration.between(process.startedAt(), Instant.now())) : "",
            alive ? process.residentBytes().map(StatusCommand::megabytes).orElse("") : "",
            part.url());
  }

  private static String megabytes(long bytes) {
    return bytes / 1_000_000 + " MB";
  }

  private enum State {
    READY("ready"),
    NOT_READY("not ready"),
    DIED("died"),
    STOPPED("stopped");

    private final String words;

    State(String words) {
      this.words = words;
    }

    static State of(Part part, RunningProcess process) {
      if (process == null) {
        return STOPPED;
      }
      if (!process.isAlive()) {
        return DIED;
      }
      return part.isReady() ? READY : NOT_READY;
    }
  }
}
