package dev.dotori.socialshare.share;

import dev.dotori.socialshare.SocialShareConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a share is tried again: twice as late each time, scattered, and not before the network says.
 */
@ApplicationScoped
class Backoff {

  private final SocialShareConfig.Dispatch config;

  Backoff(SocialShareConfig config) {
    this.config = config.dispatch();
  }

  Instant next(Share share, Instant notBefore) {
    Instant byItself = Instant.now().plus(pause(share));
    return notBefore == null || notBefore.isBefore(byItself) ? byItself : scattered(notBefore);
  }

  /** Between half and all of the pause, which begins anew when the author asks for a retry. */
  private Duration pause(Share share) {
    int madeBefore =
        Math.max(0, share.attempts() - 1 - (share.attemptLimit() - config.maxAttempts()));
    Duration full = config.firstBackoff().multipliedBy(1L << Math.min(madeBefore, 20));
    long millis = Math.min(full.toMillis(), config.maxBackoff().toMillis());
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
  }

  /** Those that wait for the same moment don't come all at once. */
  private static Instant scattered(Instant notBefore) {
    return notBefore.plusMillis(ThreadLocalRandom.current().nextLong(1_000));
  }
}
