package dev.dotori.chart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * As much of a Kubernetes API as `lookup` in a template asks: Secrets, of which there are none
 * unless a test puts some. It is what `KUBECONFIG` names, so no test ever meets a cluster that the
 * developer's own file knows.
 */
final class ApiServer {
  private static final ApiServer SERVER = new ApiServer();

  private final Map<String, Manifest> secrets = new ConcurrentHashMap<>();

  private ApiServer() {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      http.createContext("/", this::answer);
      http.start();
      Path config = Path.of(System.getenv("KUBECONFIG"));
      Files.createDirectories(config.getParent());
      Files.writeString(
          config,
          """
          apiVersion: v1
          kind: Config
          current-context: tests
          clusters: [{name: tests, cluster: {server: "http://127.0.0.1:%d"}}]
          users: [{name: tests, user: {}}]
          contexts: [{name: tests, context: {cluster: tests, user: tests}}]
          """
              .formatted(http.getAddress().getPort()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ApiServer start() {
    return SERVER;
  }

  /** Renders while the cluster has the Secrets of a former rendering. */
  Rendering having(Rendering former, Supplier<Rendering> next) {
    former.all("Secret").forEach(secret -> secrets.put(path(secret), secret));
    try {
      return next.get();
    } finally {
      former.all("Secret").forEach(secret -> secrets.remove(path(secret)));
    }
  }

  private static String path(Manifest secret) {
    return "/api/v1/namespaces/"
        + secret.at("/metadata/namespace").asText()
        + "/secrets/"
        + secret.name();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/api/v1")) {
      send(
          exchange,
          200,
          """
          {"kind": "APIResourceList", "groupVersion": "v1", "resources": [
            {"name": "secrets", "singularName": "secret", "namespaced": true, "kind": "Secret", "verbs": ["get"]}]}
          """);
    } else if (secrets.containsKey(path)) {
      send(exchange, 200, secrets.get(path).json().toString());
    } else {
      send(
          exchange,
          404,
          """
          {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
          """);
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
