package dev.dotori.posting;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The media service as posting sees it: what it answers on {@code /internal}, and the members
 * service's token for that. Tests say which files there are.
 */
public class PeerMediaService implements QuarkusTestResourceLifecycleManager {

  private static final String TOKEN = "token-of-posting";

  private final Map<UUID, String> files = new ConcurrentHashMap<>();
  private final AtomicInteger questions = new AtomicInteger();
  private volatile boolean failing;
  private HttpServer server;

  @Override
  public Map<String, String> start() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/oauth/token", this::token);
    server.createContext("/internal/media/", this::file);
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return Map.of(
        "dotori.members-url", url,
        "dotori.media-url", url,
        "dotori.service-secret", "secret-of-posting");
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(this, new TestInjector.MatchesType(PeerMediaService.class));
  }

  @Override
  public void stop() {
    server.stop(0);
  }

  /** A file of the member's, of which no event was said. */
  public UUID add(UUID ownerId, String status) {
    UUID id = UUID.randomUUID();
    String reason = status.equals("rejected") ? "\"damaged\"" : "null";
    files.put(
        id,
        """
        {"id": "%s", "ownerId": "%s", "status": "%s", "reason": %s, "size": 1, "new": true}
        """
            .formatted(id, ownerId, status, reason));
    return id;
  }

  /** How often it was asked for a file. */
  public int questions() {
    return questions.get();
  }

  /** Whether it answers 500 to all. */
  public void failing(boolean fails) {
    failing = fails;
  }

  private void token(HttpExchange exchange) throws IOException {
    answer(
        exchange,
        200,
        "{\"access_token\": \"" + TOKEN + "\", \"token_type\": \"Bearer\", \"expires_in\": 600}");
  }

  private void file(HttpExchange exchange) throws IOException {
    questions.incrementAndGet();
    if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer(exchange, 401, "{}");
      return;
    }
    String path = exchange.getRequestURI().getPath();
    String file = files.get(UUID.fromString(path.substring(path.lastIndexOf('/') + 1)));
    if (failing) {
      answer(exchange, 500, "{}");
    } else {
      answer(exchange, file == null ? 404 : 200, file == null ? "{}" : file);
    }
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
