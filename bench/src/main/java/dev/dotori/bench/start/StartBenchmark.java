package dev.dotori.bench.start;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.dotori.bench.BenchmarkException;
import dev.dotori.bench.Machine;
import dev.dotori.local.servers.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long each service takes from the start of its process until it is ready, on one core, as its
 * image on the JVM starts it: packaged, trained and with the options of {@code images/}. Beside it
 * stands the same without the AOT cache.
 *
 * <p>Database, Redis and S3 are there, and schemas are migrated, as in a cluster when a pod starts.
 */
@Command(
    name = "start",
    description = "How long each service takes to get ready on one core.",
    mixinStandardHelpOptions = true)
public final class StartBenchmark implements Callable<Integer> {

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(20);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Option(
      names = "--only",
      split = ",",
      defaultValue = "gateway,members,points,posting,social-share,media",
      description = "Some of the services (default: ${DEFAULT-VALUE}).")
  private List<String> services = List.of();

  @Option(
      names = "--runs",
      defaultValue = "5",
      description = "Starts of each, whose median counts.")
  private int runs = 5;

  @Option(
      names = "--prepare",
      description = "Builds and trains only; this needs no quiet machine, and takes minutes.")
  private boolean prepare;

  @Option(names = "--prepared", description = "Measures what was built and trained before.")
  private boolean prepared;

  @Option(names = "--result", description = "File to write; in bench/results by default.")
  private Path file;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("dotori.root", "."));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("benchmark", "start");
    result.put("at", Instant.now().toString());
    Map<String, Path> images = new LinkedHashMap<>();
    services.forEach(
        service -> images.put(service, root.resolve("services/" + service + "/target/image")));
    if (!prepared) {
      prepare(root, images);
    }
    if (prepare) {
      return 0;
    }
    Path data = Files.createTempDirectory("dotori-start");
    Map<String, Object> figures = new LinkedHashMap<>();
    try {
      run(root, Map.of(), "./dotori", "up", "--data", data.toString());
      result.put("machine", Machine.description());
      result.put("runs", runs);
      result.put("limitMillis", LIMIT.toMillis());
      images.forEach((service, image) -> figures.put(service, measure(data, service, image)));
    } finally {
      run(root, Map.of(), "./dotori", "down", "--data", data.toString());
      Directories.delete(data);
    }
    result.put("services", figures);
    Path to = file == null ? root.resolve("bench/results/start.json") : file;
    Files.writeString(to, JSON.writeValueAsString(result) + "\n");
    boolean missed =
        figures.values().stream().anyMatch(it -> (double) ((Map<?, ?>) it).get("ofLimit") > 1);
    return missed ? 1 : 0;
  }

  /** Makes what the image of each service holds in {@code /app}, as its Dockerfile makes it. */
  private void prepare(Path root, Map<String, Path> images)
      throws IOException, InterruptedException {
    List<String> modules = services.stream().map(service -> "services/" + service).toList();
    run(
        root,
        Map.of("JAVA_HOME", System.getProperty("java.home")),
        "./mvnw",
        "-q",
        "-B",
        "-ntp",
        "-pl",
        String.join(",", modules),
        "-am",
        "package",
        "-DskipTests",
        "-Dspotless.check.skip=true",
        "-Dquarkus.package.jar.type=aot-jar",
        // Beside what ./dotori up runs.
        "-Dquarkus.package.output-directory=image");
    String path = Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH");
    for (Map.Entry<String, Path> image : images.entrySet()) {
      Path folder = image.getValue();
      Files.copy(
          root.resolve("images/java.options"),
          folder.resolve("java.options"),
          StandardCopyOption.REPLACE_EXISTING);
      run(root, Map.of("PATH", path), "images/train", folder.toString());
      long megabytes = Files.size(folder.resolve("app.aot")) >> 20;
      System.out.printf("%-14s trained: %d MiB%n", image.getKey(), megabytes);
    }
  }

  private Map<String, Object> measure(Path data, String service, Path image) {
    List<Start> with = new ArrayList<>();
    List<Start> without = new ArrayList<>();
    try {
      Replica replica = Replica.of(data, service, image);
      // In turn, so that what else the machine does falls on both.
      for (int run = 0; run < runs; run++) {
        with.add(replica.start("-XX:AOTMode=on", "-XX:AOTCache=" + image.resolve("app.aot")));
        if (run % 2 == 0) {
          without.add(replica.start("-XX:AOTMode=off"));
        }
      }
    } catch (IOException e) {
      throw new BenchmarkException(service + " can't be started: " + e.getMessage(), e);
    }
    Start median = Start.median(with);
    Start plain = Start.median(without);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("readyMillis", median.readyMillis());
    figures.put("readyMillisOfEach", with.stream().map(Start::readyMillis).toList());
    figures.put("ofLimit", rounded((double) median.readyMillis() / LIMIT.toMillis()));
    figures.put("cpuMillis", median.cpuMillis());
    figures.put("residentMiB", median.residentMiB());
    figures.put(
        "withoutCache", Map.of("readyMillis", plain.readyMillis(), "cpuMillis", plain.cpuMillis()));
    figures.put("ofWithoutCache", rounded((double) median.readyMillis() / plain.readyMillis()));
    System.out.printf(
        "%-14s ready after %,d ms (%.2f of the limit), %,d ms of CPU, %d MiB; without cache %,d ms%n",
        service,
        median.readyMillis(),
        (double) median.readyMillis() / LIMIT.toMillis(),
        median.cpuMillis(),
        median.residentMiB(),
        plain.readyMillis());
    return figures;
  }

  private static double rounded(double ratio) {
    return Math.round(ratio * 100) / 100.0;
  }

  private static void run(Path root, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
    builder.environment().putAll(environment);
    Path log = Files.createTempFile("dotori-start", ".log");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    Process process = builder.start();
    if (!process.waitFor(BUILD_LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new BenchmarkException(String.join(" ", command) + " failed: see " + log);
    }
    Files.delete(log);
  }
}
