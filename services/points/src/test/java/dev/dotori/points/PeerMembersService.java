package dev.dotori.points;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The members service as points sees it: what it answers on {@code /internal}, and the token it
 * gives for that. Tests say who is a member.
 */
public class PeerMembersService implements QuarkusTestResourceLifecycleManager {

  private final ObjectMapper json = new ObjectMapper();
  private final Set<UUID> members = ConcurrentHashMap.newKeySet();
  private final Map<UUID, String> stores = new ConcurrentHashMap<>();
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
    server.createContext("/internal/members/lookup", this::lookup);
    server.createContext("/internal/stores/", this::store);
    server.start();
    return Map.of(
        "dotori.members-url",
        "http://127.0.0.1:" + server.getAddress().getPort(),
        "dotori.service-secret",
        "secret-of-points");
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(this, new TestInjector.MatchesType(PeerMembersService.class));
  }

  @Override
  public void stop() {
    server.stop(0);
  }

  /** Someone whose event has not arrived. */
  public UUID addMember() {
    UUID id = UUID.randomUUID();
    members.add(id);
    return id;
  }

  /** A store whose event has not arrived; {@code terms} is its program as JSON. */
  public UUID addStore(String terms) {
    UUID id = UUID.randomUUID();
    stores.put(id, terms);
    return id;
  }

  /** How often it was asked. */
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
        """
        {"access_token": "token-of-points", "token_type": "Bearer", "expires_in": 600}
        """);
  }

  private void lookup(HttpExchange exchange) throws IOException {
    JsonNode question = json.readTree(exchange.getRequestBody().readAllBytes());
    if (refused(exchange)) {
      return;
    }
    ObjectNode found = json.createObjectNode();
    found.putArray("found");
    for (JsonNode id : question.get("ids")) {
      if (members.contains(UUID.fromString(id.asText()))) {
        found.withArray("found").addObject().put("id", id.asText()).put("displayName", "Someone");
      }
    }
    answer(exchange, 200, found.toString());
  }

  private void store(HttpExchange exchange) throws IOException {
    if (refused(exchange)) {
      return;
    }
    String path = exchange.getRequestURI().getPath();
    UUID id = UUID.fromString(path.substring(path.lastIndexOf('/') + 1));
    String terms = stores.get(id);
    if (terms == null) {
      answer(exchange, 404, "{}");
      return;
    }
    answer(
        exchange,
        200,
        """
        {"id": "%s", "name": "A store", "currency": "USD", "programs": [
          {"version": 1, "effectiveAt": "2026-01-01T00:00:00Z", "program": %s}]}
        """
            .formatted(id, terms));
  }

  private boolean refused(HttpExchange exchange) throws IOException {
    questions.incrementAndGet();
    if (failing) {
      answer(exchange, 500, "{}");
      return true;
    }
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (!"Bearer token-of-points".equals(authorization)) {
      answer(exchange, 401, "{}");
      return true;
    }
    return false;
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
