package dev.dotori.leadership;

import dev.dotori.leadership.MySqlElection.Timing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A process of its own that competes for the lock and, while it leads, does step after step. It
 * says when each begins, in milliseconds since the epoch.
 */
final class Contestant implements AutoCloseable {

  static final Duration STEP = Duration.ofMillis(20);

  private final Process process;
  private final List<Long> steps = new ArrayList<>();

  Contestant(String url, String user, String password, String lock, Timing timing) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            Contestant.class.getName(),
            url,
            user,
            password,
            lock,
            timing.silence().toString(),
            timing.answer().toString(),
            timing.ping().toString(),
            timing.step().toString());
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

  /** The process: ends in peace when its input ends. */
  public static void main(String[] arguments) throws Exception {
    MySqlElection election =
        new MySqlElection(
            () -> DriverManager.getConnection(arguments[0], arguments[1], arguments[2]),
            arguments[3],
            new Timing(
                Duration.parse(arguments[4]),
                Duration.parse(arguments[5]),
                Duration.parse(arguments[6]),
                Duration.parse(arguments[7])));
    election.enter(change -> {});
    try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in))) {
      while (!input.ready()) {
        if (election.isWon()) {
          System.out.println(System.currentTimeMillis());
        }
        Thread.sleep(STEP);
      }
    }
  }
}
