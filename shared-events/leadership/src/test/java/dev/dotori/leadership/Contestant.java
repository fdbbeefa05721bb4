package dev.dotori.leadership;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of its own that competes and, while it leads, does step after step. It says when each
 * begins, in milliseconds since the epoch.
 */
final class Contestant implements AutoCloseable {

  static final Duration STEP = Duration.ofMillis(20);

  private final Process process;
  private final List<Long> steps = new ArrayList<>();

  /** Competes for a lock in MySQL. */
  static Contestant forLock(
      String url, String user, String password, String lock, MySqlElection.Timing timing) {
    return new Contestant(
        "lock",
        url,
        user,
        password,
        lock,
        timing.silence().toString(),
        timing.answer().toString(),
        timing.ping().toString(),
        timing.step().toString());
  }

  /** Competes for a Lease. */
  static Contestant forLease(String url, String lease, LeaseElection.Timing timing) {
    return new Contestant(
        "lease",
        url,
        lease,
        timing.lease().toString(),
        timing.renewal().toString(),
        timing.retry().toString(),
        timing.answer().toString(),
        timing.step().toString());
  }

  private Contestant(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Contestant.class.getName());
    command.addAll(List.of(arguments));
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (steps) {
          steps.add(Long.valueOf(line));
        }
      }
    } catch (IOException e) {
      // It was killed.
    }
  }

  /** When it began its steps. */
  List<Long> steps() {
    synchronized (steps) {
      return List.copyOf(steps);
    }
  }

  boolean leads() {
    return !steps().isEmpty();
  }

  void kill() {
    process.destroyForcibly().onExit().join();
  }

  void standStill() {
    signal("STOP");
  }

  void goOn() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** The process. */
  public static void main(String[] arguments) throws InterruptedException {
    Election election = arguments[0].equals("lock") ? byLock(arguments) : byLease(arguments);
    election.enter(change -> {});
    while (true) {
      if (election.isWon()) {
        System.out.println(System.currentTimeMillis());
      }
      Thread.sleep(STEP);
    }
  }

  private static Election byLock(String[] arguments) {
    return new MySqlElection(
        () -> DriverManager.getConnection(arguments[1], arguments[2], arguments[3]),
        arguments[4],
        new MySqlElection.Timing(
            Duration.parse(arguments[5]),
            Duration.parse(arguments[6]),
            Duration.parse(arguments[7]),
            Duration.parse(arguments[8])));
  }

  private static Election byLease(String[] arguments) {
    return new LeaseElection(
        ApiServer.client(arguments[1]),
        arguments[2],
        new LeaseElection.Timing(
            Duration.parse(arguments[3]),
            Duration.parse(arguments[4]),
            Duration.parse(arguments[5]),
            Duration.parse(arguments[6]),
            Duration.parse(arguments[7])));
  }
}
