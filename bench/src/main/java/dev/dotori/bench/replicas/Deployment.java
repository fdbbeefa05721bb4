package dev.dotori.bench.replicas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dotori.bench.BenchmarkException;
import dev.dotori.local.servers.Directories;
import dev.dotori.local.servers.Lifetime;
import dev.dotori.local.servers.Ports;
import dev.dotori.local.servers.ServerProcess;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What {@code ./dotori up} starts, and then each service that consumes channels once more, as the
 * chart deploys it: an API that consumes nothing, and a worker.
 */
final class Deployment implements AutoCloseable {

  private static final Duration UP_LIMIT = Duration.ofMinutes(10);
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(45);
  private static final Pattern CHANNEL =
      Pattern.compile("mp\\.messaging\\.incoming\\.(.+)\\.connector");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A few clients make all calls: a call in a microsecond is out of their reach. */
  private static final String UNLIMITED = "60000000/1m";

  private final Path root;
  private final Path data;
  private final Map<String, Long> pids = new LinkedHashMap<>();
  private final Map<String, Integer> managementPorts = new LinkedHashMap<>();
  private final List<ServerProcess> own = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private JsonNode endpoints;
  private boolean discarded;

  private Deployment(Path root, Path data) {
    this.root = root;
    this.data = data;
  }

  /**
   * Starts everything in a new folder, and waits until it is ready.
   *
   * @param environment of every process, before what each is given itself
   */
  static Deployment start(Path root, Map<String, String> environment) throws IOException {
    Deployment deployment = new Deployment(root, Files.createTempDirectory("dotori-replicas"));
    try {
      deployment.up(environment);
    } catch (IOException | RuntimeException e) {
      deployment.close();
      throw e;
    }
    return deployment;
  }

  URI gateway() {
    return URI.create(endpoints.at("/gateway/url").asText());
  }

  URI sandbox() {
    return URI.create(endpoints.at("/sandbox/url").asText());
  }

  String endpoint(String pointer) {
    return endpoints.at(pointer).asText();
  }

  /** Process ids by name, servers included; a service's worker is {@code <service>-worker}. */
  Map<String, Long> pids() {
    return pids;
  }

  /** What each JVM's heap takes of the system's memory, in bytes, by name. */
  Map<String, Long> committedHeaps() throws IOException, InterruptedException {
    return heaps("jvm_memory_committed_bytes{");
  }

  /** What each JVM's heap holds after a collection, in bytes, by name. */
  Map<String, Long> liveHeaps() throws IOException, InterruptedException {
    for (String name : managementPorts.keySet()) {
      collectGarbage(pids.get(name));
    }
    return heaps("jvm_memory_used_bytes{");
  }

  private Map<String, Long> heaps(String metric) throws IOException, InterruptedException {
    Map<String, Long> heaps = new LinkedHashMap<>();
    for (Map.Entry<String, Integer> port : managementPorts.entrySet()) {
      HttpRequest request =
          HttpRequest.newBuilder(management(port.getValue(), "/q/metrics")).build();
      long bytes =
          http.send(request, HttpResponse.BodyHandlers.ofLines())
              .body()
              .filter(line -> line.startsWith(metric) && line.contains("area=\"heap\""))
              .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf('}') + 1)))
              .sum();
      heaps.put(port.getKey(), bytes);
    }
    return heaps;
  }

  /** How many objects S3 has, and how many bytes. */
  long[] s3() throws IOException {
    Path bucket = data.resolve("s3").resolve(endpoint("/s3/bucket"));
    long[] sizes;
    try (Stream<Path> files = Files.walk(bucket)) {
      sizes = files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).toArray();
    }
    return new long[] {sizes.length, LongStream.of(sizes).sum()};
  }

  private static void collectGarbage(long pid) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    new ProcessBuilder(jcmd, String.valueOf(pid), "GC.run")
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private void up(Map<String, String> environment) throws IOException {
    Map<String, String> all = new LinkedHashMap<>(quotas());
    all.putAll(environment);
    run(all, "up", "--port", String.valueOf(Ports.free()));
    endpoints = JSON.readTree(data.resolve("endpoints.json").toFile());
    JsonNode processes = JSON.readTree(data.resolve("processes.json").toFile());
    processes.properties().forEach(it -> pids.put(it.getKey(), it.getValue().get("pid").asLong()));
    for (String service : List.copyOf(pids.keySet())) {
      List<String> channels = channels(service);
      if (!channels.isEmpty()) {
        split(service, channels);
      } else if (Files.exists(properties(service))) {
        managementPorts.put(service, managementPort(environmentOf(pids.get(service))));
      }
    }
  }

  private static Map<String, String> quotas() {
    Map<String, String> quotas = new LinkedHashMap<>();
    for (String callClass : List.of("SIGN_IN", "READ", "WRITE", "UPLOAD")) {
      for (String caller : List.of("ANONYMOUS", "MEMBER", "STORE", "OPERATOR")) {
        quotas.put("DOTORI_GATEWAY_LIMITS_QUOTA_" + callClass + "_" + caller, UNLIMITED);
      }
    }
    return quotas;
  }

  private Path properties(String service) {
    return root.resolve("services/" + service + "/src/main/resources/application.properties");
  }

  private List<String> channels(String service) throws IOException {
    if (!Files.exists(properties(service))) {
      return List.of();
    }
    Properties properties = new Properties();
    try (InputStream file = Files.newInputStream(properties(service))) {
      properties.load(file);
    }
    return properties.stringPropertyNames().stream()
        .map(CHANNEL::matcher)
        .filter(Matcher::matches)
        .map(channel -> channel.group(1))
        .sorted()
        .toList();
  }

  private void split(String service, List<String> channels) throws IOException {
    long pid = pids.get(service);
    List<String> command = commandOf(pid);
    Map<String, String> environment = environmentOf(pid);
    stop(pid);

    Map<String, String> api = new LinkedHashMap<>(environment);
    channels.forEach(channel ->
        api.put(
            "MP_MESSAGING_INCOMING_"
                + channel.toUpperCase(Locale.ROOT).replace('-', '_')
                + "_ENABLED",
            "false"));
    api.put("DOTORI_LEADERSHIP_CANDIDATE", "false");
    if (service.equals("social-share")) {
      api.put("DOTORI_SOCIAL_SHARE_DISPATCH_ENABLED", "false");
    }
    start(service, command, api);

    Map<String, String> worker = new LinkedHashMap<>(environment);
    worker.put("QUARKUS_HTTP_PORT", String.valueOf(Ports.free()));
    worker.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(Ports.free()));
    start(service + "-worker", command, worker);
  }

  private void start(String name, List<String> command, Map<String, String> environment)
      throws IOException {
    Path log = data.resolve("logs").resolve(name + "-replica.log");
    Files.writeString(log, "");
    ServerProcess process = ServerProcess.start(command, environment, log, Lifetime.THIS_JVM);
    own.add(process);
    int management = managementPort(environment);
    process.awaitReady(name, START_LIMIT, () -> isReady(management));
    pids.put(name, process.pid());
    managementPorts.put(name, management);
  }

  private boolean isReady(int port) {
    HttpRequest request =
        HttpRequest.newBuilder(management(port, "/q/health/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static URI management(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static int managementPort(Map<String, String> environment) {
    return Integer.parseInt(environment.get("QUARKUS_MANAGEMENT_PORT"));
  }

  private static List<String> commandOf(long pid) throws IOException {
    return words(pid, "cmdline");
  }

  private static Map<String, String> environmentOf(long pid) throws IOException {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : words(pid, "environ")) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return environment;
  }

  private static List<String> words(long pid, String file) throws IOException {
    byte[] content = Files.readAllBytes(Path.of("/proc/" + pid + "/" + file));
    return Arrays.asList(new String(content, StandardCharsets.UTF_8).split("\0"));
  }

  /** It is no child of this process, so whether it has ended is told by the system's table. */
  private static void stop(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroy();
    long end = System.nanoTime() + STOP_LIMIT.toNanos();
    while (process.isAlive() && !isZombie(pid)) {
      if (System.nanoTime() > end) {
        throw new BenchmarkException("process " + pid + " does not stop");
      }
      pause();
    }
  }

  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
    } catch (IOException gone) {
      return true;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted");
    }
  }

  private void run(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(root.resolve("dotori").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--data", data.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try {
      if (!process.waitFor(UP_LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new BenchmarkException(
            "./dotori " + arguments[0] + " failed: see the logs in " + data.resolve("logs"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted");
    }
  }

  /** All went well: nobody needs its logs. */
  void discardData() {
    discarded = true;
  }

  @Override
  public void close() {
    stop();
    if (discarded) {
      Directories.delete(data);
    } else {
      System.out.println("logs of the run are in " + data.resolve("logs"));
    }
  }

  private void stop() {
    http.close();
    own.reversed().forEach(process -> process.stop(STOP_LIMIT));
    try {
      run(Map.of(), "down");
    } catch (IOException e) {
      throw new BenchmarkException("can't stop what runs in " + data, e);
    }
  }
}
