package dev.dotori.bench.replicas;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.dotori.bench.BenchmarkException;
import dev.dotori.bench.Latencies;
import dev.dotori.bench.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What one call costs each process that has to do with it: CPU, statements, bytes; and what each
 * process holds in memory. From this follows what a replica with so much CPU carries.
 *
 * <p>All processes run side by side on this machine and share its cores, so rates reached here say
 * little of a larger one. CPU times of each process do.
 */
@Command(
    name = "replicas",
    description = "What each call costs each service, and so what a replica carries.",
    mixinStandardHelpOptions = true)
public final class ReplicasBenchmark implements Callable<Integer> {

  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final int ROUNDS = 3;
  private static final int IDLE_SECONDS = 3;
  private static final int CUSTOMERS = 1_000;
  private static final int MEMBERS = 16;
  private static final int SHARERS = 4;
  private static final int LEAST_ROWS = 1_000;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Option(names = "--only", split = ",", description = "Some of the workloads, by name.")
  private Set<String> only = new LinkedHashSet<>();

  @Option(names = "--quick", description = "Shows that it works; its figures mean nothing.")
  private boolean quick;

  @Option(names = "--result", description = "File to write; in bench/results by default.")
  private Path file;

  @Override
  public Integer call() throws Exception {
    Instant began = Instant.now();
    Path root = Path.of(System.getProperty("dotori.root", "."));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("benchmark", "replicas");
    result.put("at", began.toString());
    result.put("quick", quick);
    result.put("machine", Machine.description());
    byte[] photo = Photo.jpeg(1);
    try (Deployment deployment = Deployment.start(root, Map.of());
        Api api = new Api(deployment.gateway());
        Meter meter = new Meter(deployment)) {
      System.out.printf("up after %d s%n", Duration.between(began, Instant.now()).toSeconds());
      measure(deployment, api, meter, photo, result);
      write(root, meter, result);
      if (result.containsKey("failed")) {
        return 1;
      }
      deployment.discardData();
    }
    System.out.printf("took %d s%n", Duration.between(began, Instant.now()).toSeconds());
    return 0;
  }

  private void measure(
      Deployment deployment, Api api, Meter meter, byte[] photo, Map<String, Object> result)
      throws IOException, SQLException, InterruptedException {
    int scale = quick ? 20 : 1;
    Workloads workloads = new Workloads(deployment, api, meter, photo, scale);
    workloads.prepare(CUSTOMERS / scale, MEMBERS);
    Usage.Rate idle = idle(meter);
    Map<String, Map<String, Double>> limits =
        new Limits(deployment, meter, idle, scale).measure(photo);
    limits.forEach((name, limit) -> System.out.printf("limit %s: %s%n", name, limit));

    result.put("settings", settings(meter, workloads, photo));
    result.put("idlePerSecond", idleFigures(idle));
    Map<String, Object> limitFigures = new LinkedHashMap<>();
    limits.forEach((name, limit) -> limitFigures.put(name, rounded(limit)));
    result.put("limits", limitFigures);
    Map<String, Object> measured = new LinkedHashMap<>();
    for (Workload workload :
        List.of(
            workloads.purchases(),
            workloads.balances(),
            workloads.signIns(),
            workloads.posts(),
            workloads.feed(),
            workloads.photos(),
            workloads.shares())) {
      if (only.isEmpty() || only.contains(workload.name())) {
        // What fails takes nothing of the others' figures.
        try {
          if (workload.name().equals("shares")) {
            workloads.prepareSharing(SHARERS);
          }
          measured.put(workload.name(), measure(workload, meter, idle, limits));
        } catch (BenchmarkException e) {
          System.out.println(workload.name() + " failed: " + e.getMessage());
          result.put("failed", workload.name() + ": " + e.getMessage());
        }
      }
    }
    result.put("workloads", measured);
    result.put("repeatedUploads", api.repeatedUploads());
    long[] s3 = deployment.s3();
    result.put(
        "s3", Map.of("objects", s3[0], "bytes", s3[1], "photos", meter.length("media.ready")));
    result.put("memoryMiB", memory(deployment, meter));
    result.put("connections", connections(meter));
    result.put(
        "redisBytesPerEntry",
        meter.bytesPerEntry(
            List.of(
                "member.registered",
                "purchase.recorded",
                "points.distributed",
                "post.published",
                "media.ready",
                "share.published")));
    Map<String, Object> storage = new LinkedHashMap<>();
    for (String schema : List.of("members", "points", "posting", "social_share")) {
      storage.put(schema, meter.storage(schema, LEAST_ROWS / scale));
    }
    result.put("storage", storage);
  }

  private Usage.Rate idle(Meter meter) throws InterruptedException {
    Thread.sleep(2_000);
    Usage before = meter.usage();
    Thread.sleep(Duration.ofSeconds(ROUNDS * IDLE_SECONDS));
    return meter.usage().rateSince(before);
  }

  private static Map<String, Object> idleFigures(Usage.Rate idle) {
    Map<String, Object> figures = new LinkedHashMap<>(rounded(idle.counters()));
    figures.put("cpuMicros", rounded(idle.cpuMicros()));
    return figures;
  }

  private Map<String, Object> settings(Meter meter, Workloads workloads, byte[] photo)
      throws SQLException {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("database", meter.databaseVersion());
    settings.put("innodb_flush_log_at_trx_commit", meter.setting("innodb_flush_log_at_trx_commit"));
    settings.put("log_bin", meter.setting("log_bin"));
    settings.put("redis", meter.redisVersion() + ", appendonly, everysec");
    settings.put("java", "as ./dotori up starts services, each API and worker a process");
    settings.put("customers", workloads.customers());
    settings.put("participants", Workloads.PARTICIPANTS);
    settings.put("photo", "%d x %d, %d B".formatted(Photo.WIDTH, Photo.HEIGHT, photo.length));
    settings.put("rounds", ROUNDS);
    return settings;
  }

  private Map<String, Object> measure(
      Workload workload, Meter meter, Usage.Rate idle, Map<String, Map<String, Double>> limits) {
    round(workload, workload.warmUp(), meter, idle);
    List<Map<String, Double>> rounds = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      rounds.add(round(workload, workload.calls(), meter, idle));
    }
    Map<String, Double> medians = Figures.medians(rounds);
    Workload.Beside beside = workload.limit();
    double cost = medians.getOrDefault(Figures.CPU + beside.process(), 0.0);
    double ratio = cost / limits.get(beside.limit()).get("cpuMicros");
    System.out.printf(
        "%s: %,.0f/s, p50 %.1f ms, p99 %.1f ms; CPU each: %s; %s's is %.1f x %s%n",
        workload.name(),
        medians.get("perSecond"),
        medians.get("p50Millis"),
        medians.get("p99Millis"),
        Figures.line(medians),
        beside.process(),
        ratio,
        beside.limit());
    Map<String, Object> kept = new LinkedHashMap<>();
    kept.put("callers", workload.callers());
    kept.put("warmUp", workload.warmUp());
    kept.put("callsPerRound", workload.calls());
    kept.putAll(Figures.nested(medians));
    kept.put(
        "besideLimit",
        Map.of(
            "limit",
            beside.limit(),
            "process",
            beside.process(),
            "cpuRatio",
            Figures.rounded(ratio)));
    kept.put(
        "roundsPerSecond",
        rounds.stream().map(round -> Figures.rounded(round.get("perSecond"))).toList());
    return kept;
  }

  private static Map<String, Double> round(
      Workload workload, int calls, Meter meter, Usage.Rate idle) {
    String stream = workload.stream();
    long expected = stream == null ? 0 : meter.length(stream) + (long) calls * workload.entries();
    Usage before = meter.usage();
    long began = System.nanoTime();
    long[] took = Load.run(calls, workload.callers(), workload.call());
    double answered = (System.nanoTime() - began) / 1e9;
    if (stream != null) {
      Meter.await(stream, LIMIT, () -> meter.length(stream) >= expected);
    }
    double done = (System.nanoTime() - began) / 1e9;
    Usage after = meter.usage();
    Latencies latencies = Latencies.of(took);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("perSecond", calls / answered);
    if (stream != null) {
      figures.put("donePerSecond", calls / done);
    }
    figures.put("p50Millis", latencies.p50Millis());
    figures.put("p99Millis", latencies.p99Millis());
    figures.putAll(after.perRequestSince(before, calls, idle));
    return figures;
  }

  private static Map<String, Object> memory(Deployment deployment, Meter meter)
      throws IOException, InterruptedException {
    Map<String, long[]> resident = meter.memory();
    Map<String, Long> committed = deployment.committedHeaps();
    Map<String, Long> live = deployment.liveHeaps();
    Map<String, Object> memory = new LinkedHashMap<>();
    resident.forEach((name, bytes) -> {
      Map<String, Object> of = new LinkedHashMap<>();
      of.put("resident", bytes[0] >> 20);
      of.put("peak", bytes[1] >> 20);
      if (live.containsKey(name)) {
        of.put("heap", committed.get(name) >> 20);
        of.put("liveHeap", live.get(name) >> 20);
      }
      memory.put(name, of);
    });
    return memory;
  }

  private static Map<String, Object> connections(Meter meter) throws SQLException {
    return Map.of("mysqlByUser", meter.connections(), "redis", meter.redisConnections());
  }

  private static Map<String, Object> rounded(Map<String, Double> figures) {
    Map<String, Object> rounded = new LinkedHashMap<>();
    figures.forEach((name, value) -> rounded.put(name, Figures.rounded(value)));
    return rounded;
  }

  private void write(Path root, Meter meter, Map<String, Object> result)
      throws IOException, SQLException {
    String kind = meter.databaseVersion().contains("MariaDB") ? "mariadb" : "mysql";
    // A file of its own for what is not the whole, so that it never takes the whole's place.
    String part = quick ? "-quick" : only.isEmpty() ? "" : "-" + String.join("-", only);
    Path to =
        file == null
            ? root.resolve("bench/results/replicas-" + kind + part + ".json")
            : file.toAbsolutePath();
    Files.createDirectories(to.getParent());
    Files.writeString(to, JSON.writeValueAsString(result) + "\n");
    System.out.println("kept in " + to);
  }
}
