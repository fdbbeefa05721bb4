package dev.dotori.redisstreams.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * What one consuming process did, on disk before it goes on, so that a kill loses nothing of it.
 * Times are {@link System#nanoTime}'s, which on Linux is one clock for all processes.
 */
final class Journal {

  enum Step {
    BEGUN,
    DONE,
    FAILED
  }

  /** One step of one entry's handling by one process. */
  record Line(String process, long nanos, Step step, String id, Item item) {

    /** The same for all steps of one entry: two partitions may have entries of one id. */
    String entry() {
      return id + " " + item;
    }
  }

  private final OutputStream out;

  Journal(Path file) {
    try {
      out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Written with one call of the operating system, which keeps it when this process is killed. */
  synchronized void write(Step step, String id, String item) {
    String line = System.nanoTime() + " " + step + " " + id + " " + item + "\n";
    try {
      out.write(line.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Line> read(String process, Path file) {
    List<Line> lines = new ArrayList<>();
    try {
      for (String text : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
        String[] parts = text.split(" ");
        if (parts.length == 4) { // a kill may leave half a line
          lines.add(
              new Line(
                  process,
                  Long.parseLong(parts[0]),
                  Step.valueOf(parts[1]),
                  parts[2],
                  Item.parse(parts[3])));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }
}
