package dev.dotori.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A running command, whose output goes to a file, so that it never waits for a reader. */
public final class Command {

  private final Process process;
  private final Path output;

  private Command(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  static Command start(Path folder, List<String> command) {
    try {
      Path output = Files.createTempFile("dotori-command", ".log");
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      return new Command(process, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isRunning() {
    return process.isAlive();
  }

  /**
   * Ends it as Ctrl-C does, but by SIGTERM, which takes the same way in a JVM: what a shell started
   * in the background ignores SIGINT, and so would all that it starts.
   */
  public void interrupt() {
    process.destroy();
  }

  public Result awaitExit(Duration limit) {
    try {
      boolean exited = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!exited) {
        process.destroyForcibly().waitFor();
      }
      String text = Files.readString(output, StandardCharsets.UTF_8);
      Files.delete(output);
      return new Result(
          exited ? process.exitValue() : -1,
          exited ? text : text + "\n(killed after " + limit + ")");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How it ended, and all that it printed. */
  public record Result(int exitCode, String output) {

    public Result succeeds() {
      assertThat(exitCode).as(output).isZero();
      return this;
    }
  }
}
