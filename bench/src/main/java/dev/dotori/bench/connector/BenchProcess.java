package dev.dotori.bench.connector;

import dev.dotori.bench.BenchmarkException;
import dev.dotori.local.servers.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The benchmark's application as a process of its own, which is told what to do by lines on its
 * standard input and tells what happened by lines on its standard output. It ends when its input
 * does, so also when this process dies.
 */
final class BenchProcess implements AutoCloseable {

  /** What begins a line that is meant for this process; all else is shown. */
  private static final String PREFIX = "bench ";

  /** What it says, with the reason, before it gives up. */
  private static final String FAILED = "failed ";

  private static final Event ENDED = new Event("", 0);

  private final Process process;
  private final PrintStream in;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  /**
   * A line of the process.
   *
   * @param nanos when it came, by {@link System#nanoTime()}
   */
  record Event(String text, long nanos) {}

  private BenchProcess(Process process) {
    this.process = process;
    this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    Thread.ofPlatform().daemon().start(this::read);
  }

  /**
   * Starts it.
   *
   * @param options of Java
   * @param role what the application does, and its arguments
   */
  static BenchProcess start(RedisServer redis, List<String> options, String... role) {
    Path root = Path.of(System.getProperty("dotori.root", "."));
    Path jar = root.resolve("bench/target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new BenchmarkException(jar + " is not built");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Dbench." + role[0] + "=true"));
    command.addAll(options);
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(role));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("QUARKUS_REDIS_HOSTS", redis.url());
    try {
      return new BenchProcess(builder.start());
    } catch (IOException e) {
      throw new BenchmarkException("can't start " + command.getFirst(), e);
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line; (line = lines.readLine()) != null; ) {
        if (line.startsWith(PREFIX)) {
          events.add(new Event(line.substring(PREFIX.length()), System.nanoTime()));
        } else {
          System.out.println(line);
        }
      }
    } catch (IOException killed) {
      // That is one of the ways in which it ends.
    }
    events.add(ENDED);
  }

  /** Tells it what to do. */
  void tell(String line) {
    in.println(line);
  }

  /**
   * Waits for a line that begins so; others before it are dropped.
   *
   * @throws BenchmarkException if the process ends, or says nothing for so long
   */
  Event await(String beginning, Duration longest) {
    long limit = System.nanoTime() + longest.toNanos();
    try {
      for (; ; ) {
        Event event = events.poll(limit - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (event == null) {
          throw new BenchmarkException(
              "no \"%s\" from the consumer within %d s".formatted(beginning, longest.toSeconds()));
        }
        if (event == ENDED) {
          throw new BenchmarkException("the consumer ended before it said \"" + beginning + "\"");
        }
        if (event.text().startsWith(FAILED)) {
          throw new BenchmarkException(event.text().substring(FAILED.length()));
        }
        if (event.text().startsWith(beginning)) {
          return event;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted");
    }
  }

  /** Whether a line that begins so has come and nobody waited for it yet. */
  boolean hasSaid(String beginning) {
    return events.stream().anyMatch(event -> event.text().startsWith(beginning));
  }

  /** {@code kill -9}: it can't do anything about it. */
  void kill() {
    process.destroyForcibly();
  }

  /** Its memory that is in RAM, in bytes, where the system tells. */
  OptionalLong residentBytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException notLinux) {
      return OptionalLong.empty();
    }
  }

  /**
   * Waits until it has ended by itself.
   *
   * @throws BenchmarkException saying why it failed, if it did
   */
  void awaitEnd() {
    try {
      for (Event event; (event = events.take()) != ENDED; ) {
        if (event.text().startsWith(FAILED)) {
          throw new BenchmarkException(event.text().substring(FAILED.length()));
        }
      }
      if (process.waitFor() != 0) {
        throw new BenchmarkException("the process that is measured ended too early");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted");
    }
  }

  @Override
  public void close() {
    in.close();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        kill();
        process.waitFor();
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }
}
