package dev.dotori.socialshare;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The networks: the sandbox as a process of its own, asked over HTTP like the real ones. */
public class SandboxTestResource implements QuarkusTestResourceLifecycleManager {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Process process;

  @Override
  public Map<String, String> start() {
    Path jar =
        Path.of(
            System.getProperty("dotori.root"), "local/sandbox/target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing: ./mvnw -pl local/sandbox package");
    }
    int port = freePort();
    String url = "http://127.0.0.1:" + port;
    try {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx256m",
                  "-Dquarkus.http.port=" + port,
                  "-Dquarkus.management.port=0",
                  "-jar",
                  jar.toString())
              .redirectErrorStream(true)
              .redirectOutput(Path.of("target/sandbox.log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      awaitReady(url);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of(
        "test.sandbox-url", url,
        "dotori.social-share.facebook.client-id", "sandbox-facebook-app",
        "dotori.social-share.facebook.client-secret", "sandbox-facebook-secret",
        "dotori.social-share.facebook.api-base-url", url,
        "dotori.social-share.facebook.dialog-base-url", url,
        "dotori.social-share.x.client-id", "sandbox-x-app",
        "dotori.social-share.x.client-secret", "sandbox-x-secret",
        "dotori.social-share.x.api-base-url", url,
        "dotori.social-share.x.dialog-base-url", url);
  }

  private void awaitReady(String url) throws IOException {
    Instant deadline = Instant.now().plus(PATIENCE);
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (Instant.now().isBefore(deadline) && process.isAlive()) {
        try {
          http.send(
              HttpRequest.newBuilder(URI.create(url + "/faults")).build(),
              HttpResponse.BodyHandlers.discarding());
          return;
        } catch (IOException notYet) {
          Thread.sleep(100);
        }
      }
      throw new IllegalStateException("the sandbox did not start: see target/sandbox.log");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (process != null) {
      process.destroy();
    }
  }
}
