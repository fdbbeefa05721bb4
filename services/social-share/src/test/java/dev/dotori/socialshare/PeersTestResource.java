package dev.dotori.socialshare;

import static dev.dotori.local.test.PeerServer.answer;
import static dev.dotori.local.test.PeerServer.answerNothing;

import com.sun.net.httpserver.HttpExchange;
import dev.dotori.local.test.PeerServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The services that are asked: members for tokens, media for pictures. A test puts a picture there
 * with {@code PUT /pictures/<id>?<owner id>&<status>}, and has the next calls for pictures fail
 * with {@code PUT /down?<how many>}.
 */
public class PeersTestResource implements QuarkusTestResourceLifecycleManager {

  private final Map<String, Picture> pictures = new ConcurrentHashMap<>();
  private final Set<String> largeAsked = ConcurrentHashMap.newKeySet();
  private final AtomicInteger failuresToCome = new AtomicInteger();
  private PeerServer server;

  private record Picture(String ownerId, String status, byte[] bytes) {}

  @Override
  public Map<String, String> start() {
    server =
        PeerServer.start()
            .onInternal("/internal/media/", this::media)
            .on("/pictures/", this::picture)
            .on("/down", this::down);
    return Map.of(
        "test.media-url", server.url(),
        "dotori.media-url", server.url(),
        "dotori.members-url", server.url(),
        "dotori.service-secret", "secret-of-social-share");
  }

  private void picture(HttpExchange exchange) throws IOException {
    String id = exchange.getRequestURI().getPath().split("/")[2];
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    String[] query = exchange.getRequestURI().getQuery().split("&");
    pictures.put(id, new Picture(query[0], query[1], bytes));
    answerNothing(exchange);
  }

  private void down(HttpExchange exchange) throws IOException {
    failuresToCome.set(Integer.parseInt(exchange.getRequestURI().getQuery()));
    answerNothing(exchange);
  }

  private void media(HttpExchange exchange) throws IOException {
    if (failuresToCome.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      answer(exchange, 503, "{}");
      return;
    }
    String[] path = exchange.getRequestURI().getPath().split("/");
    Picture picture = pictures.get(path[3]);
    if (picture == null) {
      answer(exchange, 404, "{}");
    } else if (path.length == 4) {
      String manifest =
          """
          {"id": "%s", "ownerId": "%s", "status": "%s", "contentType": "image/jpeg",
           "blurhash": null, "variants": [
             {"name": "thumbnail", "url": null, "width": 160, "height": 120},
             {"name": "large", "url": null, "width": 1600, "height": 1200}]}
          """
              .formatted(path[3], picture.ownerId(), picture.status());
      answer(exchange, 200, manifest);
    } else if ("variant=large".equals(exchange.getRequestURI().getQuery())) {
      largeAsked.add(path[3]);
      answer(exchange, 200, "image/jpeg", picture.bytes());
    } else if ("variant=thumbnail".equals(exchange.getRequestURI().getQuery())
        && largeAsked.contains(path[3])) {
      // Who asks for the small one first, asks wrongly.
      answer(exchange, 200, "image/jpeg", picture.bytes());
    } else {
      answer(exchange, 400, "{}");
    }
  }

  @Override
  public void stop() {
    if (server != null) {
      server.close();
    }
  }
}
