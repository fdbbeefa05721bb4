package dev.dotori.gateway.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** Which headers go on, which end at the gateway, and which it adds. */
final class Headers {

  /** RFC 9110, 7.6.1: they belong to one connection, as do all that {@code Connection} names. */
  private static final List<String> HOP_BY_HOP =
      List.of(
          "Connection",
          "Keep-Alive",
          "Proxy-Authenticate",
          "Proxy-Authorization",
          "Proxy-Connection",
          "TE",
          "Trailer",
          "Upgrade");

  /** What anyone could claim about where a request comes from: the gateway says it anew. */
  private static final List<String> CLAIMS_OF_ORIGIN =
      List.of(
          "Forwarded",
          "X-Forwarded-For",
          "X-Forwarded-Host",
          "X-Forwarded-Port",
          "X-Forwarded-Prefix",
          "X-Forwarded-Proto",
          "X-Forwarded-Ssl",
          "X-Real-IP");

  private Headers() {}

  /** Makes a client's headers those that a service may trust. */
  static void prepareRequest(
      MultiMap headers, HttpServerRequest request, String address, String requestId) {
    removeHopByHop(headers);
    CLAIMS_OF_ORIGIN.forEach(headers::remove);
    // Answered by the gateway itself.
    headers.remove(HttpHeaders.EXPECT);
    headers.set("X-Forwarded-For", address);
    headers.set("X-Forwarded-Proto", request.scheme());
    if (request.authority() != null) {
      headers.set("X-Forwarded-Host", request.authority().toString());
    }
    headers.set("X-Request-Id", requestId);
  }

  /** Makes a service's headers those that a client may see. */
  static void prepareResponse(MultiMap headers) {
    removeHopByHop(headers);
    headers.remove(HttpHeaders.SERVER);
    // The gateway has set its own already.
    headers.remove("X-Request-Id");
    headers.remove("traceparent");
  }

  /** What every answer of the gateway carries. */
  static void secure(MultiMap headers, boolean encrypted) {
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    if (encrypted) {
      headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    }
  }

  private static void removeHopByHop(MultiMap headers) {
    for (String connection : headers.getAll(HttpHeaders.CONNECTION)) {
      for (String named : connection.split(",")) {
        if (!named.isBlank()) {
          headers.remove(named.strip());
        }
      }
    }
    HOP_BY_HOP.forEach(headers::remove);
  }
}
