package dev.dotori.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.local.servers.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A built service as a container runs it: with the environment that it is given, and no other. */
final class ServiceProcess implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  // For a machine that is busy with everything else.
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Process process;
  private final Path output;
  private final int port;
  private final int managementPort;

  private ServiceProcess(Process process, Path output, int port, int managementPort) {
    this.process = process;
    this.output = output;
    this.port = port;
    this.managementPort = managementPort;
  }

  /** Starts it; ports of 127.0.0.1 are chosen for it. */
  static ServiceProcess start(String service, Map<String, String> environment) {
    int port = Ports.free();
    int managementPort = Ports.free();
    Map<String, String> all = new HashMap<>(environment);
    all.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    all.put("QUARKUS_HTTP_PORT", String.valueOf(port));
    all.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    all.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(managementPort));
    return launch(service, all, port, managementPort);
  }

  /** Starts it with nothing but this in its environment. */
  static ServiceProcess startBare(String service, Map<String, String> environment) {
    return launch(service, environment, -1, -1);
  }

  private static ServiceProcess launch(
      String service, Map<String, String> environment, int port, int managementPort) {
    Path built =
        Path.of(System.getProperty("dotori.root"), "services", service)
            .resolve("target/quarkus-app/quarkus-run.jar");
    assertThat(built).as("the built service").exists();
    try {
      Path output = Files.createTempFile("dotori-" + service + "-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-jar",
                  built.toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      return new ServiceProcess(builder.start(), output, port, managementPort);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where its API is. */
  URI api() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** All that it has printed. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has printed this. */
  ServiceProcess awaitOutput(String text) {
    await()
        .atMost(LIMIT)
        .failFast(() -> !process.isAlive() && !output().contains(text))
        .untilAsserted(() -> assertThat(output()).contains(text));
    return this;
  }

  /** Waits until it is ready for work. */
  void awaitReady() {
    await()
        .atMost(LIMIT)
        .failFast(() -> !process.isAlive())
        .untilAsserted(() -> assertThat(isReady()).as(output()).isTrue());
  }

  boolean isReady() {
    try {
      return ask("/q/health/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** What its management port answers. */
  String management(String path) throws IOException {
    return ask(path).body();
  }

  private HttpResponse<String> ask(String path) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + managementPort + path);
    try {
      return HTTP.send(
          HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for its end, and gives the exit code. */
  int awaitExit() {
    try {
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
          .as("it ends: %s", output())
          .isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** As Kubernetes ends a container: by SIGTERM. */
  void terminate() {
    process.destroy();
  }

  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor();
      Files.deleteIfExists(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
