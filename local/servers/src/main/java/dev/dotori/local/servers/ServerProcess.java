package dev.dotori.local.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One process of the operating system, its output appended to a log file. */
public final class ServerProcess {
  private static final Set<Process> TIED = ConcurrentHashMap.newKeySet();

  // The kernel sends the parent-death signal when the *thread* that started the child ends, so all
  // children are started by one thread that lives as long as the JVM.
  private static final ExecutorService STARTER =
      Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "dotori-server-starter");
        thread.setDaemon(true);
        return thread;
      });

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> TIED.forEach(Process::destroyForcibly), "dotori-server-end"));
  }

  private final Process process;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a process.
   *
   * @param environment added to this process's own; the place for secrets, since every user of the
   *     machine can read a command line
   */
  public static ServerProcess start(
      List<String> command, Map<String, String> environment, Path log, Lifetime lifetime) {
    List<String> line = new ArrayList<>(prefix(lifetime));
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      Process process = STARTER.submit(builder::start).get();
      if (lifetime == Lifetime.THIS_JVM) {
        TIED.add(process);
        process.onExit().thenAccept(TIED::remove);
      }
      return new ServerProcess(process, log);
    } catch (ExecutionException e) {
      throw new ServerStartException(
          command.getFirst() + " can't be run: " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerStartException("interrupted while starting " + command.getFirst(), e);
    }
  }

  private static List<String> prefix(Lifetime lifetime) {
    return switch (lifetime) {
      // Even a JVM that is killed takes its servers along. Without setpriv (it is on every Linux,
      // not on macOS) the shutdown hook alone must do.
      case THIS_JVM ->
          Executables.onPath("setpriv")
              .map(setpriv -> List.of(setpriv.toString(), "--pdeathsig", "KILL", "--"))
              .orElse(List.of());
      // A Ctrl-C in the terminal goes to all of its session's foreground group: not to this one.
      case DETACHED ->
          Executables.onPath("setsid").map(setsid -> List.of(setsid.toString())).orElse(List.of());
    };
  }

  /**
   * Waits until the server is ready.
   *
   * @param name how to call it in an error
   * @throws ServerStartException when it ends first, or is not ready in time; then it is killed
   */
  public void awaitReady(String name, Duration limit, BooleanSupplier ready) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      if (!process.isAlive()) {
        throw new ServerStartException(
            "%s ended at start with code %d: %s (log: %s)"
                .formatted(name, process.exitValue(), lastLogLine(), log));
      }
      if (ready.getAsBoolean()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        kill();
        throw new ServerStartException(
            "%s was not ready within %d s: %s (log: %s)"
                .formatted(name, limit.toSeconds(), lastLogLine(), log));
      }
      pause();
    }
  }

  private void pause() {
    try {
      Thread.sleep(25);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
      throw new ServerStartException("interrupted while waiting for a server", e);
    }
  }

  private String lastLogLine() {
    return LogFile.lastTellingLine(log);
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a signal by its name, such as {@code STOP}. */
  public void signal(String name) {
    output(List.of("kill", "-" + name, Long.toString(pid())));
  }

  /** Asks it to end (SIGTERM) and waits; after the limit it is killed. */
  public void stop(Duration limit) {
    process.destroy();
    if (!ended(limit)) {
      kill();
    }
  }

  /** SIGKILL: it gets no chance to clean up. Returns when it is gone. */
  public void kill() {
    process.destroyForcibly();
    ended(Duration.ofSeconds(10));
  }

  private boolean ended(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      return true;
    }
  }

  /** Runs a command to its end, fed by a file, and fails with its last log line unless it is 0. */
  static void run(String name, List<String> command, Path input, Path log) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectInput(input.toFile()).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      Process process = builder.start();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new ServerStartException(name + " took longer than 2 minutes (log: " + log + ")");
      }
      if (process.exitValue() != 0) {
        throw new ServerStartException(
            "%s failed with code %d: %s (log: %s)"
                .formatted(name, process.exitValue(), LogFile.lastTellingLine(log), log));
      }
    } catch (IOException e) {
      throw new ServerStartException(name + " can't be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerStartException("interrupted during " + name, e);
    }
  }

  /** What a command prints, its errors included. */
  static String output(List<String> command) {
    try {
      Path output = Files.createTempFile("dotori-", ".out");
      try {
        run(command.getFirst(), command, Path.of("/dev/null"), output);
        return Files.readString(output);
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
