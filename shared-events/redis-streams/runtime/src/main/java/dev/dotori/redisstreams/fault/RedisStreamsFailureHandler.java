package dev.dotori.redisstreams.fault;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.RedisStreamsConnectorIncomingConfiguration;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * What happens to an entry that its handler nacked. A strategy of one's own is a CDI bean of type
 * {@link Factory} with an {@link Identifier}, chosen by {@code failure-strategy}.
 *
 * <p>Called on the channel's event loop: it must not block.
 */
@FunctionalInterface
public interface RedisStreamsFailureHandler {

  /** Identifiers of the strategies that come with the connector. */
  interface Strategy {
    String FAIL = "fail";
    String IGNORE = "ignore";
    String RETRY = "retry";
    String DEAD_LETTER = "dead-letter";
  }

  /** Makes the strategy of one channel. */
  interface Factory {
    RedisStreamsFailureHandler create(RedisStreamsConnectorIncomingConfiguration config);
  }

  /**
   * Decides about a failed entry by calling one of {@code outcome}'s methods.
   *
   * @return completes when the entry is settled
   */
  CompletionStage<Void> handle(
      IncomingRedisStreamMetadata entry, Throwable reason, Outcome outcome);

  /** The ways in which a failed entry can end. */
  interface Outcome {
    /** Acknowledges it as if it had succeeded. */
    CompletionStage<Void> acknowledge();

    /** Lets the group have it again after this time, if the consumer lives or not. */
    CompletionStage<Void> retryAfter(Duration delay);

    /** Moves it to the dead letters. */
    CompletionStage<Void> deadLetter();

    /** Leaves it pending, and stops the channel. */
    CompletionStage<Void> fail();
  }

  /**
   * The channel's strategy.
   *
   * @throws IllegalArgumentException if no bean has that identifier
   */
  static RedisStreamsFailureHandler named(
      RedisStreamsConnectorIncomingConfiguration config, Instance<Factory> factories) {
    Instance<Factory> named = factories.select(Identifier.Literal.of(config.getFailureStrategy()));
    if (!named.isResolvable()) {
      throw new IllegalArgumentException(
          "mp.messaging.incoming.%s.failure-strategy is %s; it must be fail, ignore, retry, dead-letter or the identifier of a RedisStreamsFailureHandler.Factory bean"
              .formatted(config.getChannel(), config.getFailureStrategy()));
    }
    return named.get().create(config);
  }
}
