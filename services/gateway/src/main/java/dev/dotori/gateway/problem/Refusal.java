package dev.dotori.gateway.problem;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why the gateway itself doesn't let a request through, or can't get an answer for it. Every
 * refusal is answered as {@code application/problem+json} (RFC 9457); the types are explained in
 * {@code docs/problems.md}.
 */
public final class Refusal extends RuntimeException {

  private static final String AUTHENTICATE = "WWW-Authenticate";
  private static final String RETRY_AFTER = "Retry-After";

  private final String slug;
  private final int status;
  private final String title;
  private final Map<String, String> headers = new LinkedHashMap<>();

  private Refusal(String slug, int status, String title, String detail) {
    // Part of the normal course of things: a stack trace would only cost.
    super(detail, null, false, false);
    this.slug = slug;
    this.status = status;
    this.title = title;
  }

  public static Refusal badPath(String detail) {
    return new Refusal("invalid-request", 400, "The request is not valid", detail);
  }

  public static Refusal tokenMissing() {
    return unauthorized("This call needs a bearer token.")
        .with(AUTHENTICATE, "Bearer realm=\"dotori\"");
  }

  public static Refusal tokenInvalid(String detail) {
    return unauthorized(detail)
        .with(
            AUTHENTICATE,
            "Bearer realm=\"dotori\", error=\"invalid_token\", error_description=\""
                + detail
                + "\"");
  }

  private static Refusal unauthorized(String detail) {
    return new Refusal("unauthenticated", 401, "The request has no valid token", detail);
  }

  public static Refusal forbidden(String detail) {
    return new Refusal("forbidden", 403, "The caller may not do this", detail);
  }

  public static Refusal notFound() {
    return new Refusal("not-found", 404, "Not found", "There is nothing at this path.");
  }

  public static Refusal methodNotAllowed() {
    return new Refusal(
            "method-not-allowed",
            405,
            "The resource has no such method",
            "This method is not used by the API.")
        .with("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  }

  public static Refusal bodyStalled() {
    return new Refusal(
        "request-timeout", 408, "Request timeout", "The request's body stopped arriving.");
  }

  public static Refusal bodyTooLarge(long limit) {
    return new Refusal(
        "too-large",
        413,
        "The request is too large",
        "The body may have at most " + limit + " bytes here.");
  }

  public static Refusal rateLimited(String policy, long retryAfterSeconds) {
    return new Refusal(
            "rate-limited", 429, "Too many requests", "The limit \"" + policy + "\" is used up.")
        .with(RETRY_AFTER, Long.toString(retryAfterSeconds));
  }

  public static Refusal tooManyStreams(int most) {
    return new Refusal(
            "too-many-streams",
            429,
            "Too many connections",
            "A member may have " + most + " connections for events; close one of them first.")
        .with(RETRY_AFTER, "5");
  }

  public static Refusal eventsUnavailable() {
    return new Refusal(
            "unavailable",
            503,
            "Not possible right now; try again",
            "Live events can't be had here right now; all else works.")
        .with(RETRY_AFTER, "5");
  }

  /** The answer broke off or made no sense: whether the request took effect is unknown. */
  public static Refusal upstreamFailed() {
    return new Refusal(
        "bad-gateway",
        502,
        "Bad gateway",
        "The service broke off before it answered. Whether the request took effect is unknown: repeat it with the same"
            + " Idempotency-Key.");
  }

  /** No connection could be had: the request surely took no effect. */
  public static Refusal upstreamUnavailable() {
    return new Refusal(
            "unavailable",
            503,
            "Not possible right now; try again",
            "The service can't be reached right now.")
        .with(RETRY_AFTER, "1");
  }

  public static Refusal upstreamTimeout() {
    return new Refusal(
        "gateway-timeout",
        504,
        "Gateway timeout",
        "The service did not answer in time. Whether the request took effect is unknown: repeat it with the same"
            + " Idempotency-Key.");
  }

  public static Refusal internalError() {
    return new Refusal(
        "internal", 500, "The server failed", "The gateway failed. The trace id leads to the log.");
  }

  private Refusal with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  public String slug() {
    return slug;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /** Response headers that belong to this refusal, such as {@code Retry-After}. */
  public Map<String, String> headers() {
    return headers;
  }
}
