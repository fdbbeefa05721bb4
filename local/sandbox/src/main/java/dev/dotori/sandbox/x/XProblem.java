package dev.dotori.sandbox.x;

import java.util.List;
import java.util.Map;

/** An error as the X API v2 answers it: a problem of RFC 7807, or for tokens one of RFC 6749. */
final class XProblem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Map<String, Object> body;
  private final transient Map<String, String> headers;

  private XProblem(int status, Map<String, Object> body, Map<String, String> headers) {
    super(body.toString());
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  static XProblem unauthorized() {
    return about(401, "Unauthorized", "Unauthorized", Map.of());
  }

  static XProblem duplicate() {
    return about(
        403,
        "Forbidden",
        "You are not allowed to create a Tweet with duplicate content.",
        Map.of());
  }

  static XProblem notPermitted(String detail) {
    return about(403, "Forbidden", detail, Map.of());
  }

  static XProblem clientForbidden() {
    return new XProblem(
        403,
        Map.of(
            "title", "Client Forbidden",
            "detail", "This request must be made using an approved developer account.",
            "type", "https://api.twitter.com/2/problems/client-forbidden",
            "reason", "client-not-enrolled",
            "status", 403),
        Map.of());
  }

  static XProblem invalidRequest(String parameter, String message) {
    return new XProblem(
        400,
        Map.of(
            "errors",
            List.of(Map.of("parameters", Map.of(parameter, List.of()), "message", message)),
            "title",
            "Invalid Request",
            "detail",
            "One or more parameters to your request was invalid.",
            "type",
            "https://api.twitter.com/2/problems/invalid-request"),
        Map.of());
  }

  static XProblem notFound(String detail) {
    return new XProblem(
        404,
        Map.of(
            "title",
            "Not Found Error",
            "detail",
            detail,
            "type",
            "https://api.twitter.com/2/problems/resource-not-found",
            "status",
            404),
        Map.of());
  }

  static XProblem tooManyRequests(Map<String, String> rateLimitHeaders) {
    return about(429, "Too Many Requests", "Too Many Requests", rateLimitHeaders);
  }

  static XProblem serviceUnavailable() {
    return about(503, "Service Unavailable", "Service Unavailable", Map.of());
  }

  private static XProblem about(
      int status, String title, String detail, Map<String, String> headers) {
    return new XProblem(
        status,
        Map.of("title", title, "detail", detail, "type", "about:blank", "status", status),
        headers);
  }

  /** An error of the token endpoint. */
  static XProblem oauth(int status, String error, String description) {
    return new XProblem(status, Map.of("error", error, "error_description", description), Map.of());
  }

  int status() {
    return status;
  }

  Map<String, Object> body() {
    return body;
  }

  Map<String, String> headers() {
    return headers;
  }
}
