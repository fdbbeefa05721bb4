package dev.dotori.redisstreams.fault;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.PermanentFailureException;
import dev.dotori.redisstreams.RedisStreamsConnectorIncomingConfiguration;
import dev.dotori.redisstreams.internals.IncomingSettings;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The strategy {@code retry}: a failed entry comes again after a delay that doubles each time;
 * after the last attempt, or if trying again can't help, it goes to the dead letters.
 */
public final class RedisStreamsRetry implements RedisStreamsFailureHandler {

  /** Makes the strategy {@code retry}. */
  @ApplicationScoped
  @Identifier("retry")
  public static class Factory implements RedisStreamsFailureHandler.Factory {
    @Override
    public RedisStreamsFailureHandler create(RedisStreamsConnectorIncomingConfiguration config) {
      return new RedisStreamsRetry(IncomingSettings.of(config));
    }
  }

  private final IncomingSettings settings;

  RedisStreamsRetry(IncomingSettings settings) {
    this.settings = settings;
  }

  @Override
  public CompletionStage<Void> handle(
      IncomingRedisStreamMetadata entry, Throwable reason, Outcome outcome) {
    if (entry.deliveryCount() > settings.retryAttempts()
        || PermanentFailureException.isIn(reason)) {
      return outcome.deadLetter();
    }
    Duration delay = delay(entry.deliveryCount());
    log.retried(
        entry.id(),
        entry.stream(),
        entry.group(),
        entry.deliveryCount(),
        delay.toMillis(),
        String.valueOf(reason));
    return outcome.retryAfter(delay);
  }

  private Duration delay(int attempt) {
    // Shifting further would overflow, and is past every sensible cap.
    double doubled = settings.retryDelay().toMillis() * (double) (1L << Math.min(attempt - 1, 40));
    double capped = Math.min(doubled, settings.retryMaxDelay().toMillis());
    double jitter = (ThreadLocalRandom.current().nextDouble() * 2 - 1) * settings.retryJitter();
    return Duration.ofMillis(Math.round(capped * (1 + jitter)));
  }
}
