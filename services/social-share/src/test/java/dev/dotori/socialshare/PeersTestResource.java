package dev.dotori.socialshare;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The services that are asked: members for tokens, media for pictures. A test puts a picture there
 * with {@code PUT /internal/media/<id>?<owner id>}, and has the next calls for pictures fail with
 * {@code PUT /down?<how many>}.
 */
public class PeersTestResource implements QuarkusTestResourceLifecycleManager {

  private static final String SERVICE_TOKEN = "the-token-of-a-service";

  private final Map<String, Picture> pictures = new ConcurrentHashMap<>();
  private final AtomicInteger failuresToCome = new AtomicInteger();
  private HttpServer server;

  private record Picture(String ownerId, byte[] bytes) {}

  @Override
  public Map<String, String> start() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/oauth/token", this::token);
    server.createContext("/internal/media/", this::media);
    server.createContext("/down", this::down);
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return Map.of(
        "test.media-url", url,
        "dotori.media-url", url,
        "dotori.members-url", url,
        "dotori.service-secret", "secret-of-social-share");
  }

  private void token(HttpExchange exchange) throws IOException {
    String basic = exchange.getRequestHeaders().getFirst("Authorization");
    if (basic == null || !basic.startsWith("Basic ")) {
      answer(
          exchange,
          401,
          "application/json",
          "{\"error\":\"invalid_client\"}".getBytes(StandardCharsets.UTF_8));
      return;
    }
    String body =
        "{\"access_token\":\"" + SERVICE_TOKEN + "\",\"token_type\":\"Bearer\",\"expires_in\":600}";
    answer(exchange, 200, "application/json", body.getBytes(StandardCharsets.UTF_8));
  }

  private void down(HttpExchange exchange) throws IOException {
    failuresToCome.set(Integer.parseInt(exchange.getRequestURI().getQuery()));
    answer(exchange, 204, null, new byte[0]);
  }

  private void media(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().split("/");
    String id = path[3];
    if (exchange.getRequestMethod().equals("PUT")) {
      byte[] bytes = exchange.getRequestBody().readAllBytes();
      pictures.put(id, new Picture(exchange.getRequestURI().getQuery(), bytes));
      answer(exchange, 204, null, new byte[0]);
      return;
    }
    if (!("Bearer " + SERVICE_TOKEN)
        .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer(exchange, 401, null, new byte[0]);
      return;
    }
    if (failuresToCome.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      answer(exchange, 503, null, new byte[0]);
      return;
    }
    Picture picture = pictures.get(id);
    if (picture == null) {
      answer(exchange, 404, null, new byte[0]);
    } else if (path.length == 4) {
      String manifest =
          """
          {"id": "%s", "ownerId": "%s", "status": "ready", "contentType": "image/jpeg",
           "blurhash": null, "variants": [
             {"name": "thumbnail", "url": null, "width": 160, "height": 120},
             {"name": "large", "url": null, "width": 1600, "height": 1200}]}
          """
              .formatted(id, picture.ownerId());
      answer(exchange, 200, "application/json", manifest.getBytes(StandardCharsets.UTF_8));
    } else if ("variant=large".equals(exchange.getRequestURI().getQuery())) {
      answer(exchange, 200, "image/jpeg", picture.bytes());
    } else {
      answer(exchange, 400, null, new byte[0]);
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      if (type != null) {
        exchange.getResponseHeaders().add("Content-Type", type);
      }
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void stop() {
    if (server != null) {
      server.stop(0);
    }
  }
}
