package dev.dotori.redisstreams.faults;

import dev.dotori.redisstreams.RedisStreamsConnectorIncomingConfiguration;
import dev.dotori.redisstreams.RedisStreamsConnectorOutgoingConfiguration;
import dev.dotori.redisstreams.fault.RedisStreamsRetry;
import dev.dotori.redisstreams.internals.IncomingRedisStreamsChannel;
import dev.dotori.redisstreams.internals.IncomingSettings;
import dev.dotori.redisstreams.internals.OutgoingRedisStreamsChannel;
import dev.dotori.redisstreams.internals.OutgoingSettings;
import dev.dotori.redisstreams.internals.RedisClients;
import dev.dotori.redisstreams.metrics.ChannelMetrics;
import dev.dotori.redisstreams.tracing.IncomingTracing;
import dev.dotori.redisstreams.tracing.OutgoingTracing;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Channels as the connector makes them, with no Quarkus around: for tests of what happens between a
 * channel and Redis, of which many processes must start and end fast.
 */
final class PlainChannels {

  private PlainChannels() {}

  static IncomingRedisStreamsChannel incoming(
      Vertx vertx, RedisOptions options, Map<String, String> attributes) {
    RedisStreamsConnectorIncomingConfiguration config =
        new RedisStreamsConnectorIncomingConfiguration(config("in", attributes));
    return new IncomingRedisStreamsChannel(
        vertx,
        own(options),
        IncomingSettings.of(config),
        new RedisStreamsRetry.Factory().create(config),
        ChannelMetrics.NONE,
        IncomingTracing.NONE);
  }

  static OutgoingRedisStreamsChannel outgoing(
      Vertx vertx, RedisOptions options, Map<String, String> attributes) {
    return new OutgoingRedisStreamsChannel(
        vertx,
        own(options),
        OutgoingSettings.of(
            new RedisStreamsConnectorOutgoingConfiguration(config("out", attributes))),
        ChannelMetrics.NONE,
        OutgoingTracing.NONE);
  }

  private static RedisOptions own(RedisOptions options) {
    RedisClients clients = new RedisClients();
    clients.customize(RedisClients.DEFAULT_CLIENT, options);
    return clients.options(RedisClients.DEFAULT_CLIENT);
  }

  private static SmallRyeConfig config(String channel, Map<String, String> attributes) {
    Map<String, String> all = new HashMap<>(attributes);
    all.put("channel-name", channel);
    return new SmallRyeConfigBuilder()
        .withSources(new PropertiesConfigSource(all, "test", 100))
        .build();
  }

  /** Options as for {@code quarkus.redis.hosts}. */
  static RedisOptions options(List<String> urls) {
    RedisOptions options = new RedisOptions();
    urls.forEach(options::addConnectionString);
    return options;
  }
}
