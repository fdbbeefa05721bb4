package dev.dotori.redisstreams.fault;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.RedisStreamsConnectorIncomingConfiguration;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;

/** The strategy {@code dead-letter}: a failed entry goes to the dead letters at once. */
public final class RedisStreamsDeadLetter implements RedisStreamsFailureHandler {

  /** Makes the strategy {@code dead-letter}. */
  @ApplicationScoped
  @Identifier("dead-letter")
  public static class Factory implements RedisStreamsFailureHandler.Factory {
    @Override
    public RedisStreamsFailureHandler create(RedisStreamsConnectorIncomingConfiguration config) {
      return new RedisStreamsDeadLetter();
    }
  }

  @Override
  public CompletionStage<Void> handle(
      IncomingRedisStreamMetadata entry, Throwable reason, Outcome outcome) {
    return outcome.deadLetter();
  }
}
