package dev.dotori.points;

import static dev.dotori.local.test.PeerServer.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.dotori.local.test.PeerServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The members service as points sees it: what it answers on {@code /internal}. Tests say who is a
 * member.
 */
public class PeerMembersService implements QuarkusTestResourceLifecycleManager {

  private final ObjectMapper json = new ObjectMapper();
  private final Set<UUID> members = ConcurrentHashMap.newKeySet();
  private final Map<UUID, String> stores = new ConcurrentHashMap<>();
  private final AtomicInteger questions = new AtomicInteger();
  private volatile boolean failing;
  private PeerServer server;

  @Override
  public Map<String, String> start() {
    server =
        PeerServer.start()
            .onInternal("/internal/members/lookup", this::lookup)
            .onInternal("/internal/stores/", this::store);
    return Map.of("dotori.members-url", server.url(), "dotori.service-secret", "secret-of-points");
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(this, new TestInjector.MatchesType(PeerMembersService.class));
  }

  @Override
  public void stop() {
    server.close();
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
    return false;
  }
}
