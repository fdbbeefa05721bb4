package dev.dotori.redisstreams.fault;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.RedisStreamsConnectorIncomingConfiguration;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;

/** The strategy {@code fail}: the channel stops, and the entry stays pending. */
public final class RedisStreamsFailStop implements RedisStreamsFailureHandler {

  /** Makes the strategy {@code fail}. */
  @ApplicationScoped
  @Identifier("fail")
  public static class Factory implements RedisStreamsFailureHandler.Factory {
    @Override
    public RedisStreamsFailureHandler create(RedisStreamsConnectorIncomingConfiguration config) {
      return new RedisStreamsFailStop();
    }
  }

  @Override
  public CompletionStage<Void> handle(
      IncomingRedisStreamMetadata entry, Throwable reason, Outcome outcome) {
    return outcome.fail();
  }
}
