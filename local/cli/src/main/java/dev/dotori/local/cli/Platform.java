package dev.dotori.local.cli;

import dev.dotori.local.servers.Ports;
import dev.dotori.local.servers.ServerProcess;
import dev.dotori.local.servers.ServerStartException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts and stops the parts of one local system. The caller holds the data directory's lock. */
final class Platform {
  /** The database may have much to write; nothing else needs nearly as long. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  private final DataDirectory data;
  private final List<Part> parts;
  private final Console console;
  private final Map<String, RunningProcess> processes;

  /** What this command has started and would have to take back. */
  private final List<Starting> started = new ArrayList<>();

  private boolean givenUp;

  Platform(DataDirectory data, List<Part> parts, Console console) {
    this.data = data;
    this.parts = parts;
    this.console = console;
    this.processes = new LinkedHashMap<>(data.processes());
  }

  private record Starting(Part part, ServerProcess process, long since) {
    Duration took() {
      return Duration.ofNanos(System.nanoTime() - since);
    }
  }

  boolean isAlive(Part part) {
    return Optional.ofNullable(processes.get(part.name()))
        .filter(RunningProcess::isAlive)
        .isPresent();
  }

  List<Part> dead() {
    return parts.stream().filter(part -> !isAlive(part)).toList();
  }

  Map<String, RunningProcess> processes() {
    return processes;
  }

  /**
   * Starts what does not run and waits until all is ready. Either all of it runs after this, or
   * nothing that this started.
   *
   * @throws ServerStartException when a part does not come up
   * @throws CommandException when a port is taken or something is not built
   */
  void start() {
    Thread onInterrupt = new Thread(this::takeBack, "dotori-take-back");
    Runtime.getRuntime().addShutdownHook(onInterrupt);
    try {
      List<Part> toStart = dead();
      toStart.forEach(Platform::checkBuilt);
      checkPorts(toStart);
      List<Starting> together = new ArrayList<>();
      for (Part part : parts) {
        boolean alone = !(part instanceof ProgramPart);
        if (toStart.contains(part)) {
          Starting starting = launch(part);
          together.add(starting);
          if (alone) {
            // The programs need the servers and their schemas; among themselves they can wait.
            awaitReady(starting);
            together.remove(starting);
          }
        }
        if (alone) {
          part.prepare();
        }
      }
      together.forEach(this::awaitReady);
    } catch (RuntimeException e) {
      takeBack();
      throw e;
    } finally {
      forget(onInterrupt);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is running: Ctrl-C came, and all is being taken back.
    }
  }

  private static void checkBuilt(Part part) {
    part.missing()
        .ifPresent(reason -> {
          throw new CommandException(reason);
        });
  }

  /**
   * Finds out early whether these can have their ports.
   *
   * @throws CommandException when one can't
   */
  static void checkPorts(List<Part> parts) {
    for (Part part : parts) {
      part.ports()
          .forEach((purpose, port) -> {
            if (!becomesFree(port)) {
              String hint = part.name().equals("gateway") ? ": choose another by --port" : "";
              throw new CommandException(
                  "port %d for %s is taken by another process%s".formatted(port, purpose, hint));
            }
          });
    }
  }

  /** A process that has just been killed may hold its port for a moment longer. */
  private static boolean becomesFree(int port) {
    for (int attempt = 0; attempt < 20; attempt++) {
      if (Ports.isFree(port)) {
        return true;
      }
      sleep(Duration.ofMillis(100));
    }
    return false;
  }

  /** A process is known to later commands before this waits for it: a crash here orphans none. */
  private synchronized Starting launch(Part part) {
    if (givenUp) {
      throw new CommandException("given up");
    }
    console.now("  starting " + part.name());
    data.newLog(part.name());
    Starting starting = new Starting(part, part.launch(), System.nanoTime());
    started.add(starting);
    RunningProcess.of(starting.process().pid())
        .ifPresent(process -> processes.put(part.name(), process));
    data.processes(processes);
    return starting;
  }

  private void awaitReady(Starting starting) {
    Part part = starting.part();
    console.now("  waiting for " + part.name());
    starting.process().awaitReady(part.name(), part.startLimit(), part::isReady);
    console.done(part.name(), part.url(), starting.took());
  }

  /**
   * Waits until everything is ready: what ran before may have to find what was started again.
   *
   * @throws CommandException when something is not ready in time; it is left as it is
   */
  void awaitAllReady() {
    parts.forEach(this::awaitRecovered);
  }

  private void awaitRecovered(Part part) {
    long deadline = System.nanoTime() + part.startLimit().toNanos();
    while (!part.isReady()) {
      console.now("  waiting for " + part.name());
      if (!isAlive(part)) {
        throw new CommandException(
            "%s died meanwhile (log: %s)".formatted(part.name(), data.log(part.name())));
      }
      if (System.nanoTime() > deadline) {
        throw new CommandException(
            "%s runs, but does not get ready (log: %s)"
                .formatted(part.name(), data.log(part.name())));
      }
      sleep(Duration.ofMillis(100));
    }
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted", e);
    }
  }

  private synchronized void takeBack() {
    if (givenUp) {
      return;
    }
    givenUp = true;
    for (Starting starting : started.reversed()) {
      starting.process().stop(STOP_LIMIT);
      processes.remove(starting.part().name());
    }
    data.processes(processes);
    if (processes.values().stream().noneMatch(RunningProcess::isAlive)) {
      data.nothingRuns();
    }
  }

  /** Stops all that runs, last started first. */
  static int stop(DataDirectory data, Console console) {
    Map<String, RunningProcess> processes = new LinkedHashMap<>(data.processes());
    List<String> names = new ArrayList<>(processes.keySet());
    // A part that died and was started again is late in the file, but not in the order.
    names.sort(Comparator.comparing(Topology.ORDER::indexOf));
    int stopped = 0;
    for (String name : names.reversed()) {
      RunningProcess process = processes.remove(name);
      if (process.isAlive()) {
        console.now("  stopping " + name);
        Instant begin = Instant.now();
        process.stop(STOP_LIMIT);
        console.done(name, "stopped", Duration.between(begin, Instant.now()));
        stopped++;
      }
      data.processes(processes);
    }
    data.nothingRuns();
    return stopped;
  }
}
