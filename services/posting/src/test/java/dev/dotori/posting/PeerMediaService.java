package dev.dotori.posting;

import static dev.dotori.local.test.PeerServer.answer;

import com.sun.net.httpserver.HttpExchange;
import dev.dotori.local.test.PeerServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The media service as posting sees it: what it answers on {@code /internal}. Tests say which files
 * there are.
 */
public class PeerMediaService implements QuarkusTestResourceLifecycleManager {

  private final Map<UUID, String> files = new ConcurrentHashMap<>();
  private final AtomicInteger questions = new AtomicInteger();
  private volatile boolean failing;
  private PeerServer server;

  @Override
  public Map<String, String> start() {
    server = PeerServer.start().onInternal("/internal/media/", this::file);
    return Map.of(
        "dotori.members-url", server.url(),
        "dotori.media-url", server.url(),
        "dotori.service-secret", "secret-of-posting");
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(this, new TestInjector.MatchesType(PeerMediaService.class));
  }

  @Override
  public void stop() {
    server.close();
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

  private void file(HttpExchange exchange) throws IOException {
    questions.incrementAndGet();
    String path = exchange.getRequestURI().getPath();
    String file = files.get(UUID.fromString(path.substring(path.lastIndexOf('/') + 1)));
    if (failing) {
      answer(exchange, 500, "{}");
    } else {
      answer(exchange, file == null ? 404 : 200, file == null ? "{}" : file);
    }
  }
}
