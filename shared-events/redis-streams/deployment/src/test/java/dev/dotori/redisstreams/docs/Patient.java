package dev.dotori.redisstreams.docs;

import dev.dotori.redisstreams.RedisStreamsConnectorIncomingConfiguration;
import dev.dotori.redisstreams.fault.RedisStreamsFailureHandler;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;

// region strategy
/** Tries every 20 seconds for an hour. */
@ApplicationScoped
@Identifier("patient")
public class Patient implements RedisStreamsFailureHandler.Factory {

  @Override
  public RedisStreamsFailureHandler create(RedisStreamsConnectorIncomingConfiguration config) {
    return (entry, reason, outcome) ->
        entry.addedAt().isAfter(Instant.now().minus(Duration.ofHours(1)))
            ? outcome.retryAfter(Duration.ofSeconds(20))
            : outcome.deadLetter();
  }
}
// endregion
