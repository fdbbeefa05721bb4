package dev.dotori.sandbox.x;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts requests per user and endpoint in windows of 15 minutes, as X does. */
@ApplicationScoped
class RateLimits {

  private static final Duration WINDOW = Duration.ofMinutes(15);
  private static final int MAX_WINDOWS = 10_000;

  private final Map<String, Window> windows =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
          return size() > MAX_WINDOWS;
        }
      };

  /** What is left in a window, as the three headers tell it. */
  record Window(int limit, int remaining, Instant reset) {

    Map<String, String> headers() {
      return Map.of(
          "x-rate-limit-limit", Integer.toString(limit),
          "x-rate-limit-remaining", Integer.toString(remaining),
          "x-rate-limit-reset", Long.toString(reset.getEpochSecond()));
    }
  }

  /** Counts a request; refused with 429 when the window is used up. */
  synchronized Window count(String accountId, String endpoint, int limit) {
    String key = accountId + " " + endpoint;
    Instant now = Instant.now();
    Window window = windows.get(key);
    if (window == null || !window.reset().isAfter(now)) {
      window = new Window(limit, limit, now.plus(WINDOW));
    }
    if (window.remaining() == 0) {
      throw XProblem.tooManyRequests(window.headers());
    }
    Window counted = new Window(limit, window.remaining() - 1, window.reset());
    windows.put(key, counted);
    return counted;
  }
}
