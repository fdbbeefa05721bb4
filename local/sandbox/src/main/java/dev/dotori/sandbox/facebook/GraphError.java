package dev.dotori.sandbox.facebook;

import dev.dotori.sandbox.state.Ids;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An error as the Graph API answers it, after its page "Handling Errors": what went wrong is told
 * by {@code code} and {@code error_subcode}, not by the HTTP status.
 */
final class GraphError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final int code;
  private final Integer subcode;
  private final transient Map<String, String> headers;

  private GraphError(
      int status,
      String type,
      int code,
      Integer subcode,
      String message,
      Map<String, String> headers) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = code;
    this.subcode = subcode;
    this.headers = headers;
  }

  static GraphError invalidParameter(String message) {
    return new GraphError(400, "OAuthException", 100, null, "(#100) " + message, Map.of());
  }

  static GraphError invalidCode(String message) {
    return new GraphError(400, "OAuthException", 100, 36009, message, Map.of());
  }

  static GraphError invalidClientSecret() {
    return new GraphError(
        400, "OAuthException", 1, null, "Error validating client secret.", Map.of());
  }

  static GraphError noAccessToken() {
    return new GraphError(
        400,
        "OAuthException",
        2500,
        null,
        "An active access token must be used to query information about the current user.",
        Map.of());
  }

  static GraphError malformedAccessToken() {
    return token(null, "Malformed access token");
  }

  static GraphError expiredAccessToken() {
    return token(463, "Error validating access token: Session has expired");
  }

  static GraphError revokedAccessToken() {
    return token(458, "Error validating access token: The user has not authorized application");
  }

  private static GraphError token(Integer subcode, String message) {
    return new GraphError(
        400,
        "OAuthException",
        190,
        subcode,
        message,
        Map.of(
            "WWW-Authenticate",
            "OAuth \"Facebook Platform\" \"invalid_token\" \"" + message + "\""));
  }

  static GraphError permission(String message) {
    return new GraphError(403, "OAuthException", 200, null, "(#200) " + message, Map.of());
  }

  static GraphError unknownObject(String id) {
    return new GraphError(
        400,
        "GraphMethodException",
        100,
        33,
        "Unsupported get request. Object with ID '" + id + "' does not exist",
        Map.of());
  }

  static GraphError duplicate() {
    return new GraphError(
        400, "FacebookApiException", 506, 1455006, "(#506) Duplicate status message", Map.of());
  }

  static GraphError temporarilyUnavailable() {
    return new GraphError(
        503, "OAuthException", 2, null, "Service temporarily unavailable", Map.of());
  }

  /**
   * The limit of a page ("Business Use Case Rate Limits"). The header tells in whole minutes when
   * calls work again.
   */
  static GraphError tooManyCalls(String pageId, int resetSeconds) {
    String usage =
        "{\"%s\":[{\"type\":\"pages\",\"call_count\":100,\"total_cputime\":25,\"total_time\":25,\"estimated_time_to_regain_access\":%d}]}"
            .formatted(pageId, Math.ceilDiv(resetSeconds, 60));
    return new GraphError(
        400,
        "OAuthException",
        80001,
        null,
        "(#80001) There have been too many calls to this Page account. Wait a bit and try again.",
        Map.of("X-Business-Use-Case-Usage", usage));
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  Map<String, Object> body() {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("message", getMessage());
    error.put("type", type);
    error.put("code", code);
    if (subcode != null) {
      error.put("error_subcode", subcode);
    }
    error.put("fbtrace_id", "A" + Ids.secret().substring(0, 20));
    return Map.of("error", error);
  }
}
