package dev.dotori.bench.connector;

import dev.dotori.bench.BenchmarkException;
import dev.dotori.bench.Machine;
import dev.dotori.local.servers.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the connector beside plain loops on the same client and the same Redis in the same run,
 * prints what was reached beside what was wanted, and keeps both.
 */
@Command(
    name = "connector",
    description = "Throughput, latency, recovery and memory of the Redis Streams connector.",
    mixinStandardHelpOptions = true)
public final class ConnectorBenchmark implements Callable<Integer> {

  @Option(
      names = "--quick",
      description = "Only shows that everything works, in less than a minute.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Some of ${COMPLETION-CANDIDATES}.")
  private List<Part> only = List.of();

  @Option(
      names = "--shapes",
      split = ",",
      paramLabel = "SHAPE",
      description = "Of throughput, some of ${COMPLETION-CANDIDATES}, beside the plain ones.")
  private List<Shape> shapes = List.of();

  @Option(names = "--entries", description = "In a round of throughput.")
  private Integer entries;

  @Option(names = "--rounds", description = "Of throughput.")
  private Integer rounds;

  @Option(names = "--seconds", description = "At each rate of latency.")
  private Integer seconds;

  @Option(names = "--java-option", description = "For the process of throughput or latency.")
  private List<String> javaOptions = List.of();

  @Option(names = "--result", description = "File to write; in bench/results by default.")
  private Path file;

  @Override
  public Integer call() {
    Instant begin = Instant.now();
    Effort effort = effort();
    Set<Part> parts = only.isEmpty() ? EnumSet.allOf(Part.class) : EnumSet.copyOf(only);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("benchmark", "connector");
    result.put("at", begin.toString());
    result.put("quick", quick);
    result.put("machine", Machine.description());
    List<Aim> aims = new ArrayList<>();
    int number = 0;
    for (Part part : parts) {
      System.out.printf("[%d/%d] %s%n", ++number, parts.size(), part);
      PartResult measured = measure(part, effort, result);
      System.out.println(table(measured.table()));
      Map<String, Object> kept = new LinkedHashMap<>();
      kept.put("settings", measured.settings());
      kept.putAll(measured.figures());
      result.put(part.toString(), kept);
      aims.addAll(measured.aims());
    }
    result.put("aims", aims);
    report(aims);
    write(result, parts);
    Duration taken = Duration.between(begin, Instant.now());
    System.out.printf("took %d min %d s%n", taken.toMinutes(), taken.toSecondsPart());
    return 0;
  }

  private Effort effort() {
    Effort base = quick ? Effort.QUICK : Effort.FULL;
    int small = entries == null ? base.entries() : entries;
    return new Effort(
        small,
        entries == null ? base.largeEntries() : Math.max(1, entries / 4),
        rounds == null ? base.rounds() : rounds,
        seconds == null ? base.latencySeconds() : seconds,
        base.recoveries(),
        base.leaseMillis(),
        base.claimIntervalMillis(),
        base.memoryEntries(),
        base.blockedSeconds(),
        base.samplesPerSecond());
  }

  private PartResult measure(Part part, Effort effort, Map<String, Object> result) {
    try (RedisServer redis = RedisServer.temporary().start()) {
      try (Streams streams = new Streams(redis)) {
        result.putIfAbsent("server", streams.server());
      }
      return switch (part) {
        case THROUGHPUT -> inProcess(redis, "throughput", effort);
        case LATENCY -> inProcess(redis, "latency", effort);
        case RECOVERY -> new Recovery(redis, effort).measure();
        case MEMORY -> new Memory(redis, effort).measure();
      };
    }
  }

  /** What one process measures by itself. */
  private PartResult inProcess(RedisServer redis, String role, Effort effort) {
    Set<Shape> chosen = shapes.isEmpty() ? EnumSet.allOf(Shape.class) : EnumSet.copyOf(shapes);
    for (Shape shape : List.copyOf(chosen)) {
      chosen.add(shape.plain());
    }
    List<String> options = new ArrayList<>(List.of("-Xms1g", "-Xmx1g"));
    options.addAll(javaOptions);
    try {
      Path measured = Files.createTempFile("bench-" + role, ".json");
      try (BenchProcess process =
          BenchProcess.start(
              redis,
              options,
              role,
              measured.toString(),
              effort.toJson(),
              chosen.stream().map(Shape::name).collect(Collectors.joining(",")))) {
        process.awaitEnd();
        return PartResult.of(Files.readString(measured));
      } finally {
        Files.deleteIfExists(measured);
      }
    } catch (IOException e) {
      throw new BenchmarkException("can't hand over results", e);
    }
  }

  private void report(List<Aim> aims) {
    if (aims.isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("aim", "wanted", "reached", ""));
    for (Aim aim : aims) {
      rows.add(List.of(aim.what(), aim.wantedText(), aim.reachedText(), aim.getVerdict()));
    }
    System.out.println(table(rows));
    if (quick) {
      System.out.println("--quick shows that it works: these are not figures to tell anybody");
    }
  }

  private void write(Map<String, Object> result, Set<Part> parts) {
    Path to = file == null ? defaultFile(parts) : file;
    try {
      Files.createDirectories(to.toAbsolutePath().getParent());
      Files.writeString(to, PartResult.json(result) + "\n");
    } catch (IOException e) {
      throw new BenchmarkException("can't write " + to, e);
    }
    System.out.println("kept in " + to);
  }

  /** A file of its own for what is not the whole, so that it never takes the whole's place. */
  private Path defaultFile(Set<Part> parts) {
    String name = "connector";
    if (parts.size() < Part.values().length) {
      name += parts.stream().map(part -> "-" + part).collect(Collectors.joining());
    }
    if (quick) {
      name += "-quick";
    }
    return Path.of(System.getProperty("dotori.root", "."), "bench/results", name + ".json");
  }

  /** In Markdown, as the documentation wants it. */
  private static String table(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      text.append('|');
      for (int i = 0; i < columns; i++) {
        text.append(" %s |".formatted(padded(rows.get(r).get(i), widths[i])));
      }
      text.append('\n');
      if (r == 0) {
        text.append('|');
        for (int width : widths) {
          text.append("-".repeat(width + 2)).append('|');
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
