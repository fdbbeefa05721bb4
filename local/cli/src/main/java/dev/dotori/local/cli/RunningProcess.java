package dev.dotori.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that an earlier command started.
 *
 * @param identity tells it from a later process with the same pid: the boot and the clock tick at
 *     which it started
 */
record RunningProcess(long pid, String identity, Instant startedAt) {
  /** The process with this pid, if there is one that has not ended. */
  static Optional<RunningProcess> of(long pid) {
    return identityOf(pid).map(identity -> new RunningProcess(pid, identity, Instant.now()));
  }

  boolean isAlive() {
    return identityOf(pid).filter(identity::equals).isPresent();
  }

  /** SIGTERM, and after the limit SIGKILL. Never signals another process that has got its pid. */
  void stop(Duration limit) {
    ProcessHandle handle = ProcessHandle.of(pid).orElse(null);
    if (handle == null || !isAlive()) {
      return;
    }
    handle.destroy();
    if (!hasEnded(handle, limit)) {
      handle.destroyForcibly();
      hasEnded(handle, Duration.ofSeconds(10));
    }
  }

  private boolean hasEnded(ProcessHandle handle, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (isAlive()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        handle.onExit().get(20, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        // Look again: where nobody reaps ended processes, onExit never completes.
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** Memory that it holds, in bytes, where the system tells. */
  Optional<Long> residentBytes() {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> identityOf(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      // The program's name, in parentheses, may itself hold spaces and parentheses.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      boolean ended = fields[0].equals("Z") || fields[0].equals("X");
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      return ended ? Optional.empty() : Optional.of(boot + "/" + fields[19]);
    } catch (IOException e) {
      return Files.exists(Path.of("/proc/self")) ? Optional.empty() : portableIdentityOf(pid);
    }
  }

  private static Optional<String> portableIdentityOf(long pid) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(handle -> handle.info().startInstant())
        .map(Instant::toString);
  }
}
