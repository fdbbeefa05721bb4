package dev.dotori.redisstreams.fault;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.RedisStreamsConnectorIncomingConfiguration;
import dev.dotori.redisstreams.i18n.RedisStreamsLogging;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;

/** The strategy {@code ignore}: the failure is logged, and the entry counts as done. */
public final class RedisStreamsIgnore implements RedisStreamsFailureHandler {

  /** Makes the strategy {@code ignore}. */
  @ApplicationScoped
  @Identifier("ignore")
  public static class Factory implements RedisStreamsFailureHandler.Factory {
    @Override
    public RedisStreamsFailureHandler create(RedisStreamsConnectorIncomingConfiguration config) {
      return new RedisStreamsIgnore();
    }
  }

  @Override
  public CompletionStage<Void> handle(
      IncomingRedisStreamMetadata entry, Throwable reason, Outcome outcome) {
    RedisStreamsLogging.log.ignored(entry.id(), entry.stream(), entry.group(), reason);
    return outcome.acknowledge();
  }
}
