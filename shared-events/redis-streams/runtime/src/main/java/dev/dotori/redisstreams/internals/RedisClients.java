package dev.dotori.redisstreams.internals;

import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.RedisOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The options with which Quarkus made its Redis clients: hosts, credentials, TLS, client type.
 *
 * <p>A channel opens connections of its own with them instead of borrowing from the client's pool:
 * a blocking read keeps its connection for good, and a pool sized for commands would run dry after
 * a few channels.
 */
@ApplicationScoped
public class RedisClients implements RedisOptionsCustomizer {

  /** Name under which Quarkus knows the client without a name. */
  public static final String DEFAULT_CLIENT = "<default>";

  // Kept by reference and copied when used: a customizer that runs after this one still counts.
  private final Map<String, RedisOptions> options = new ConcurrentHashMap<>();

  @Override
  public void customize(String clientName, RedisOptions options) {
    this.options.put(clientName, options);
  }

  /**
   * Options for a channel's own connections.
   *
   * @throws IllegalArgumentException if Quarkus has no such client, or it has no hosts
   */
  public RedisOptions options(String clientName) {
    RedisOptions base = options.get(clientName);
    if (base == null) {
      String prefix =
          clientName.equals(DEFAULT_CLIENT) ? "quarkus.redis" : "quarkus.redis." + clientName;
      throw new IllegalArgumentException(
          "There is no Redis client '%s': set %s.hosts".formatted(clientName, prefix));
    }
    RedisOptions own = new RedisOptions(base);
    own.setPoolName(base.getPoolName() + "-streams");
    own.setMaxPoolSize(4);
    own.setMaxPoolWaiting(8);
    own.setMaxWaitingHandlers(16_384);
    own.setPoolCleanerInterval(-1);
    // Never recycled: the pool closes what it recycles, also under a blocked read.
    own.setPoolRecycleTimeout(-1);
    // Messages have spans. One for each read and acknowledgement would be a trace of nobody's.
    own.setTracingPolicy(TracingPolicy.IGNORE);
    // One reply shape for all servers.
    own.setPreferredProtocolVersion(ProtocolVersion.RESP2);
    // Reconnecting is the channel's work: it knows what to send again.
    own.getNetClientOptions().setReconnectAttempts(0);
    if (own.getNetClientOptions().getConnectTimeout() > 5_000) {
      own.getNetClientOptions().setConnectTimeout(5_000);
    }
    return own;
  }
}
