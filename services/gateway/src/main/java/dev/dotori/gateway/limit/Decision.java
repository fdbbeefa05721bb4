package dev.dotori.gateway.limit;

/**
 * What the limiter says of one call.
 *
 * @param policy name of the limit
 * @param quota the limit
 * @param admitted whether the call may pass
 * @param remaining calls left at once
 * @param resetMillis until all calls are back
 * @param retryMillis until the next call may pass; 0 when this one did
 */
public record Decision(
    String policy,
    Quota quota,
    boolean admitted,
    long remaining,
    long resetMillis,
    long retryMillis) {

  /** {@code RateLimit-Policy} as in draft-ietf-httpapi-ratelimit-headers. */
  public String policyHeader() {
    return "\"" + policy + "\";q=" + quota.calls() + ";w=" + quota.window().toSeconds();
  }

  /** {@code RateLimit}, of the same draft. */
  public String limitHeader() {
    return "\"" + policy + "\";r=" + remaining + ";t=" + seconds(resetMillis);
  }

  /** Seconds for {@code Retry-After}, at least 1. */
  public long retryAfterSeconds() {
    return Math.max(1, seconds(retryMillis));
  }

  private static long seconds(long millis) {
    return (millis + 999) / 1_000;
  }
}
