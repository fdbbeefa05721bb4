package dev.dotori.redisstreams.internals;

import dev.dotori.redisstreams.RedisStreamsConnectorOutgoingConfiguration;
import java.time.Duration;

/**
 * The checked configuration of an outgoing channel. {@code RedisStreamsConnector} documents each
 * attribute.
 */
public record OutgoingSettings(
    String channel,
    String clientName,
    String stream,
    int maxInFlight,
    Duration publishTimeout,
    Duration shutdownTimeout,
    boolean healthEnabled) {

  /**
   * Reads and checks a channel's configuration.
   *
   * @throws IllegalArgumentException naming the key whose value can't be used
   */
  public static OutgoingSettings of(RedisStreamsConnectorOutgoingConfiguration config) {
    String channel = config.getChannel();
    Settings check = new Settings("outgoing", channel);
    return new OutgoingSettings(
        channel,
        config.getClientName().orElse(RedisClients.DEFAULT_CLIENT),
        check.name("stream", config.getStream().orElse(channel)),
        check.within(1, 10_000, "max-in-flight", config.getMaxInFlight()),
        check.duration("publish-timeout", config.getPublishTimeout(), Duration.ofMillis(1)),
        check.duration("shutdown-timeout", config.getShutdownTimeout(), Duration.ZERO),
        config.getHealthEnabled());
  }
}
