package dev.dotori.gateway.limit;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many calls in how long. All of them may come at once; each then comes back after {@code
 * window / calls}.
 *
 * @param calls at least 1
 * @param window at least a second
 */
public record Quota(long calls, Duration window) {

  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,8})/([1-9][0-9]{0,4})([smh])");

  public Quota {
    if (calls < 1 || window.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("A quota has at least 1 call in at least 1 second.");
    }
  }

  /**
   * Reads {@code "600/60s"}, {@code "600/1m"} or {@code "5000/1h"}; found by MicroProfile Config by
   * its name.
   */
  public static Quota of(String text) {
    Matcher parts = TEXT.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException("Not a quota such as 600/1m: " + text);
    }
    long number = Long.parseLong(parts.group(2));
    Duration window =
        switch (parts.group(3)) {
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        };
    return new Quota(Long.parseLong(parts.group(1)), window);
  }

  /** Microseconds after which one call comes back. */
  double intervalMicros() {
    return window.toNanos() / 1_000.0 / calls;
  }
}
