package dev.dotori.bench.points;

import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.servers.RedisServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The points service as a process of its own, as it is deployed. */
final class PointsProcess implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final int port;

  private PointsProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static PointsProcess start(
      Path root,
      MySqlServer.Account database,
      RedisServer redis,
      Path keys,
      Path log,
      Map<String, String> more)
      throws IOException, InterruptedException {
    Path jar = root.resolve("services/points/target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new IOException(jar + " is not built");
    }
    int port = freePort();
    int managementPort = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            // As ./dotori up starts it.
            "-Xms64m",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:ReservedCodeCacheSize=96m",
            "-jar",
            jar.toString());
    builder
        .environment()
        .putAll(
            Map.of(
                "QUARKUS_HTTP_HOST", "127.0.0.1",
                "QUARKUS_HTTP_PORT", String.valueOf(port),
                "QUARKUS_MANAGEMENT_HOST", "127.0.0.1",
                "QUARKUS_MANAGEMENT_PORT", String.valueOf(managementPort),
                "QUARKUS_DATASOURCE_JDBC_URL", database.url(),
                "QUARKUS_DATASOURCE_USERNAME", database.user(),
                "QUARKUS_DATASOURCE_PASSWORD", database.password(),
                "QUARKUS_REDIS_HOSTS", redis.url(),
                "DOTORI_ISSUER", StoreToken.ISSUER,
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION", keys.toUri().toString()));
    builder.environment().putAll(more);
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    PointsProcess points = new PointsProcess(process, port);
    points.awaitReady(managementPort, log);
    return points;
  }

  URI purchases() {
    return URI.create("http://127.0.0.1:" + port + "/v1/purchases");
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  private void awaitReady(int managementPort, Path log) throws IOException, InterruptedException {
    URI ready = URI.create("http://127.0.0.1:" + managementPort + "/q/health/ready");
    long limit = System.nanoTime() + START_LIMIT.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (System.nanoTime() < limit && process.isAlive()) {
        try {
          HttpRequest request = HttpRequest.newBuilder(ready).build();
          if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException notYet) {
          // it is still starting
        }
        Thread.sleep(100);
      }
    }
    close();
    throw new IOException("the points service did not get ready: " + Files.readString(log));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
