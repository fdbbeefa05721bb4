package dev.dotori.local.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the end of the logs. */
@Command(
    name = "logs",
    description = "Shows the end of one log, or of all.",
    mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
  @Mixin private Location location;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "For example points, mysql or build; all when left out.")
  private String service;

  @Option(names = "-f", description = "Follow: show what is added, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = "-n",
      paramLabel = "LINES",
      defaultValue = "50",
      description = "How many lines of each log (default: ${DEFAULT-VALUE}).")
  private int lines;

  @Override
  public Integer call() throws IOException, InterruptedException {
    DataDirectory data = location.data();
    List<String> names = data.logged();
    if (service != null && !names.contains(service)) {
      throw new CommandException(
          names.isEmpty()
              ? "there are no logs in " + data.path()
              : "no log of '%s'; there are: %s".formatted(service, String.join(", ", names)));
    }
    List<Tail> tails = new ArrayList<>();
    for (String name : service == null ? names : List.of(service)) {
      Tail tail = new Tail(data.log(name), service == null ? name + " | " : "");
      tail.showLast(lines, System.out);
      tails.add(tail);
    }
    while (follow) {
      for (Tail tail : tails) {
        tail.showNew(System.out);
      }
      Thread.sleep(200);
    }
    return 0;
  }

  /** One log that is followed, across its renewal when its program starts again. */
  static final class Tail {
    private static final int END = 1 << 20;

    private final Path file;
    private final String prefix;
    private Object inode;
    private long position;

    Tail(Path file, String prefix) {
      this.file = file;
      this.prefix = prefix;
    }

    void showLast(int count, PrintStream out) throws IOException {
      inode = inode();
      position = Math.max(0, Files.size(file) - END);
      List<String> end = readLines();
      end.subList(Math.max(0, end.size() - count), end.size())
          .forEach(line -> out.println(prefix + line));
    }

    void showNew(PrintStream out) throws IOException {
      if (!Files.exists(file)) {
        return;
      }
      Object now = inode();
      if (!now.equals(inode)) {
        inode = now;
        position = 0;
      }
      readLines().forEach(line -> out.println(prefix + line));
    }

    private Object inode() throws IOException {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key == null ? file : key;
    }

    /** Whole lines from the position on; a line that is being written is left for the next time. */
    private List<String> readLines() throws IOException {
      try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
        log.seek(position);
        byte[] bytes = new byte[(int) Math.min(END, log.length() - position)];
        log.readFully(bytes);
        int whole = bytes.length;
        while (whole > 0 && bytes[whole - 1] != '\n') {
          whole--;
        }
        position += whole;
        return new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().toList();
      }
    }
  }
}
