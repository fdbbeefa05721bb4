package dev.dotori.bench.start;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dotori.local.servers.Lifetime;
import dev.dotori.local.servers.Ports;
import dev.dotori.local.servers.ServerProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** One more process of a service that runs already, with the same servers and secrets. */
final class Replica {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(45);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

  /** Ticks in which the kernel counts CPU time. */
  private static final int MILLIS_PER_TICK = 10;

  private final Map<String, String> environment;
  private final Path image;
  private final Path log;

  private Replica(Map<String, String> environment, Path image, Path log) {
    this.environment = environment;
    this.image = image;
    this.log = log;
  }

  /**
   * @param data of {@code ./dotori up}
   */
  static Replica of(Path data, String service, Path image) throws IOException {
    long pid =
        new ObjectMapper()
            .readTree(data.resolve("processes.json").toFile())
            .path(service)
            .path("pid")
            .asLong();
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : Files.readString(Path.of("/proc/" + pid + "/environ")).split("\0")) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        environment.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    // As in a cluster, where a Job has migrated.
    environment.put("QUARKUS_FLYWAY_MIGRATE_AT_START", "false");
    return new Replica(environment, image, data.resolve("logs").resolve(service + "-start.log"));
  }

  /** Starts it on one core with these options of the JVM, and stops it when it is ready. */
  Start start(String... options) throws IOException {
    int management = Ports.free();
    environment.put("QUARKUS_HTTP_PORT", String.valueOf(Ports.free()));
    environment.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(management));
    List<String> command = new ArrayList<>(List.of("taskset", "--cpu-list", "0"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + image.resolve("java.options"));
    command.addAll(List.of(options));
    command.add("-Xmx512m");
    command.addAll(List.of("-jar", image.resolve("quarkus-run.jar").toString()));
    Files.writeString(log, "");
    long begin = System.nanoTime();
    ServerProcess process = ServerProcess.start(command, environment, log, Lifetime.THIS_JVM);
    try {
      awaitReady(process.pid(), management);
      long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
      return new Start(millis, cpuMillis(process.pid()), residentMiB(process.pid()));
    } finally {
      process.stop(STOP_LIMIT);
    }
  }

  private void awaitReady(long pid, int port) throws IOException {
    URI ready = URI.create("http://127.0.0.1:" + port + "/q/health/ready");
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!isReady(ready)) {
      if (System.nanoTime() > end || !Files.exists(Path.of("/proc/" + pid + "/stat"))) {
        throw new IOException("it did not get ready: " + Files.readString(log));
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }

  private static boolean isReady(URI ready) {
    try {
      HttpURLConnection connection = (HttpURLConnection) ready.toURL().openConnection();
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(5_000);
      boolean is = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      connection.disconnect();
      return is;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static long cpuMillis(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.UTF_8);
    String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    // utime and stime, fields 14 and 15 of proc(5); the first here is field 3.
    return (Long.parseLong(afterName[11]) + Long.parseLong(afterName[12])) * MILLIS_PER_TICK;
  }

  private static long residentMiB(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
      }
    }
    throw new IOException("no VmRSS of " + pid);
  }
}
