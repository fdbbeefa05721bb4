package dev.dotori.gateway.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The same algorithm as {@code rate-limit.lua} in this process's memory, for the time in which
 * Redis can't be asked. It knows only this replica's calls, and of at most {@value #MAX_CALLERS}
 * callers.
 */
final class LocalLimiter {

  private static final int MAX_CALLERS = 100_000;

  private final Cache<String, Double> arrivals =
      Caffeine.newBuilder().maximumSize(MAX_CALLERS).expireAfterWrite(Duration.ofHours(1)).build();
  private final LongSupplier clockMicros;

  LocalLimiter(LongSupplier clockMicros) {
    this.clockMicros = clockMicros;
  }

  Decision decide(String policy, String key, Quota quota) {
    double now = clockMicros.getAsLong();
    double interval = quota.intervalMicros();
    double window = interval * quota.calls();
    Decision[] decision = new Decision[1];
    arrivals
        .asMap()
        .compute(
            key,
            (_, stored) -> {
              double arrival = stored == null ? now : Math.max(stored, now);
              double ahead = arrival + interval - now;
              if (ahead > window) {
                decision[0] =
                    new Decision(
                        policy, quota, false, 0, millis(arrival - now), millis(ahead - window));
                return arrival;
              }
              long remaining = (long) Math.floor((window - ahead) / interval);
              decision[0] = new Decision(policy, quota, true, remaining, millis(ahead), 0);
              return arrival + interval;
            });
    return decision[0];
  }

  private static long millis(double micros) {
    return (long) Math.ceil(micros / 1_000);
  }
}
