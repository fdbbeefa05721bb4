package dev.dotori.redisstreams.internals;

import io.quarkus.runtime.configuration.DurationConverter;
import java.time.Duration;

/** Checks values at start, with messages that name the key. */
final class Settings {

  private final String prefix;

  Settings(String direction, String channel) {
    this.prefix = "mp.messaging." + direction + "." + channel + ".";
  }

  Duration duration(String key, String value, Duration atLeast) {
    Duration duration;
    try {
      duration = DurationConverter.parseDuration(value);
    } catch (IllegalArgumentException e) {
      throw invalid(key, value, "a duration such as 500ms, 30s or 5m");
    }
    if (duration.compareTo(atLeast) < 0) {
      throw invalid(key, value, "at least " + atLeast.toMillis() + "ms");
    }
    return duration;
  }

  int atLeast(int least, String key, int value) {
    if (value < least) {
      throw invalid(key, value, "at least " + least);
    }
    return value;
  }

  int within(int least, int most, String key, int value) {
    if (value < least || value > most) {
      throw invalid(key, value, "between " + least + " and " + most);
    }
    return value;
  }

  double fraction(String key, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw invalid(key, value, "between 0 and 1");
    }
    return value;
  }

  String name(String key, String value) {
    if (value.isBlank()) {
      throw invalid(key, value, "not blank");
    }
    return value;
  }

  IllegalArgumentException invalid(String key, Object value, String expected) {
    return new IllegalArgumentException(
        "%s%s is %s; it must be %s".formatted(prefix, key, value, expected));
  }
}
