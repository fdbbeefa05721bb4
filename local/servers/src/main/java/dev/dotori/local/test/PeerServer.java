package dev.dotori.local.test;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * Stands in for the services that one under test asks, on a free port of 127.0.0.1. It gives tokens
 * as the members service does; what else it answers is the test's.
 */
public final class PeerServer implements AutoCloseable {

  private static final String TOKEN = "the-token-of-a-service";

  private final HttpServer server;

  private PeerServer(HttpServer server) {
    this.server = server;
  }

  /** One that gives tokens, and answers 404 to all else. */
  public static PeerServer start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/v1/oauth/token", PeerServer::token);
      server.start();
      return new PeerServer(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has all calls answered whose path begins so. */
  public PeerServer on(String path, HttpHandler handler) {
    server.createContext(path, handler);
    return this;
  }

  /** Likewise, and answers 401 to calls without the token that it gave. */
  public PeerServer onInternal(String path, HttpHandler handler) {
    return on(
        path,
        exchange -> {
          if (("Bearer " + TOKEN).equals(authorization(exchange))) {
            handler.handle(exchange);
          } else {
            answer(exchange, 401, "{}");
          }
        });
  }

  private static void token(HttpExchange exchange) throws IOException {
    String authorization = authorization(exchange);
    if (authorization == null || !authorization.startsWith("Basic ")) {
      answer(exchange, 401, "{\"error\": \"invalid_client\"}");
      return;
    }
    answer(
        exchange,
        200,
        """
        {"access_token": "%s", "token_type": "Bearer", "expires_in": 600}
        """
            .formatted(TOKEN));
  }

  private static String authorization(HttpExchange exchange) {
    return exchange.getRequestHeaders().getFirst("Authorization");
  }

  /** Where it listens, without a slash at the end. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers with JSON. */
  public static void answer(HttpExchange exchange, int status, String json) throws IOException {
    answer(exchange, status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** Answers with a body of any kind. */
  public static void answer(HttpExchange exchange, int status, String contentType, byte[] body)
      throws IOException {
    try (exchange) {
      // What is left unread would end the connection, which the client means to use again.
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().add("Content-Type", contentType);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Answers 204: done, and nothing to say. */
  public static void answerNothing(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(204, -1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
