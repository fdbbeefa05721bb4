package dev.dotori.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The services behind the gateway: one real HTTP server that tells what reached it, and misbehaves
 * when the path's last segment says so.
 */
public final class Upstream implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytesReceived = new AtomicLong();
  private volatile CompletableFuture<Void> gate = new CompletableFuture<>();
  private final Queue<HttpServerRequest> unread = new ConcurrentLinkedQueue<>();
  private volatile boolean stopsReading;
  private int port;

  Upstream start() throws Exception {
    port =
        vertx
            .createHttpServer()
            .requestHandler(this::answer)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .actualPort();
    return this;
  }

  /** Where the service of this name is; the name comes back in the echo. */
  String url() {
    return "http://127.0.0.1:" + port;
  }

  public int requests() {
    return requests.get();
  }

  /** Bytes of bodies that have come since {@link #reset}. */
  public long bytesReceived() {
    return bytesReceived.get();
  }

  /** Lets {@code /chunks} send its last chunk. */
  public void openGate() {
    gate.complete(null);
  }

  /** Until the next {@link #reset} bodies are left unread. */
  public void stopReading() {
    stopsReading = true;
  }

  public void reset() {
    stopsReading = false;
    vertx.runOnContext(_ -> {
      for (HttpServerRequest request = unread.poll(); request != null; request = unread.poll()) {
        request.connection().close();
      }
    });
    requests.set(0);
    bytesReceived.set(0);
    gate = new CompletableFuture<>();
  }

  private void answer(HttpServerRequest request) {
    requests.incrementAndGet();
    if (stopsReading) {
      unread.add(request.pause());
      return;
    }
    String behaviour = request.path().substring(request.path().lastIndexOf('/') + 1);
    switch (behaviour) {
      case "hang" -> request.resume();
      case "die" -> request.connection().close();
      case "break" -> {
        request.response().putHeader("Content-Length", "1000").write("half");
        vertx.setTimer(100, _ -> request.connection().close());
      }
      case "chunks" -> {
        request.response().setChunked(true).write("first\n");
        gate.thenRun(() -> request.response().end("last\n"));
      }
      case "gone" -> request.response().setStatusCode(204).end();
      case "unchanged" -> request.response().setStatusCode(304).putHeader("ETag", "\"7\"").end();
      case "elsewhere" ->
          request.response().setStatusCode(303).putHeader("Location", "https://example.org/").end();
      case "early" -> request.response().setStatusCode(409).end("early");
      default -> echo(request);
    }
  }

  private void echo(HttpServerRequest request) {
    long[] size = new long[1];
    request.handler(chunk -> {
      size[0] += chunk.length();
      bytesReceived.addAndGet(chunk.length());
    });
    request.endHandler(_ -> {
      JsonObject headers = new JsonObject();
      request.headers().forEach((name, value) -> headers.put(name.toLowerCase(), value));
      request
          .response()
          .putHeader("Content-Type", "application/json")
          .putHeader("Server", "upstream/1.0")
          .putHeader("Connection", "X-Private")
          .putHeader("X-Private", "between us")
          .putHeader("ETag", "\"7\"")
          .end(
              new JsonObject()
                  .put("method", request.method().name())
                  .put("uri", request.uri())
                  .put("bodySize", size[0])
                  .put("headers", headers)
                  .encode());
    });
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
