package dev.dotori.gateway.proxy;

import dev.dotori.gateway.GatewayConfig;
import dev.dotori.gateway.problem.Refusal;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One request and its answer: what both carry from the first moment, and the answer when the
 * gateway gives it itself.
 */
final class Exchange {

  // What may go into a log line: nothing that could break out of it.
  private static final Pattern SANE_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  private final HttpServerRequest request;
  private final String requestId;
  private final String traceId;

  /** Pauses the request: nothing of its body is read until it is known what becomes of it. */
  Exchange(HttpServerRequest request) {
    this.request = request;
    request.pause();
    String given = request.getHeader("X-Request-Id");
    this.requestId =
        given != null && SANE_ID.matcher(given).matches() ? given : UUID.randomUUID().toString();
    SpanContext span = Span.current().getSpanContext();
    this.traceId = span.isValid() ? span.getTraceId() : null;

    response().putHeader("X-Request-Id", requestId);
    if (span.isValid()) {
      String flags = span.getTraceFlags().asHex();
      response()
          .putHeader(
              "traceparent", "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + flags);
    }
    Headers.secure(response().headers(), request.isSSL() || "https".equals(request.scheme()));
  }

  HttpServerRequest request() {
    return request;
  }

  HttpServerResponse response() {
    return request.response();
  }

  String requestId() {
    return requestId;
  }

  /**
   * Network address of the client; of what a trusted proxy says it is, when Quarkus is told to
   * trust one.
   */
  String address() {
    return request.remoteAddress().hostAddress();
  }

  boolean expectsContinue() {
    return "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
  }

  /**
   * Answers with a problem, then reads and drops what still comes of the body: a client that is
   * still sending would otherwise meet a reset connection and never read the answer. A client that
   * sends too much more, or for too long, meets that all the same.
   */
  void refuse(Refusal refusal, GatewayConfig.Bodies bodies) {
    if (response().ended() || response().closed()) {
      return;
    }
    if (response().headWritten()) {
      request.connection().close();
      return;
    }
    JsonObject problem =
        new JsonObject()
            .put("type", "/problems/" + refusal.slug())
            .put("title", refusal.title())
            .put("status", refusal.status())
            .put("detail", refusal.getMessage())
            .put("instance", request.path())
            .put("traceId", traceId);
    refusal.headers().forEach(response()::putHeader);
    response()
        .setStatusCode(refusal.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .end(problem.encode());
    if (!request.isEnded()) {
      drain(bodies.drainLimit().asLongValue(), bodies.drainTimeout().toMillis());
    }
  }

  private void drain(long limit, long timeoutMillis) {
    Vertx vertx = Vertx.currentContext().owner();
    long timer = vertx.setTimer(timeoutMillis, _ -> request.connection().close());
    long[] left = {limit};
    request.handler(chunk -> {
      left[0] -= chunk.length();
      if (left[0] < 0) {
        request.connection().close();
      }
    });
    request.endHandler(_ -> vertx.cancelTimer(timer));
    request.exceptionHandler(_ -> vertx.cancelTimer(timer));
    request.resume();
  }
}
