package dev.dotori.local.cli;

import dev.dotori.local.servers.Lifetime;
import dev.dotori.local.servers.RedisServer;
import java.util.Map;

/** Redis, with a user for each service. */
final class RedisPart extends ServerPart<RedisServer> {
  /**
   * What a service may do, on Dotori's keys only: streams, the sorted sets that hold retries until
   * they are due, the marks and counters that scripts keep, and INFO and TIME, which tell what kind
   * of server it is and its clock. Nothing that is dangerous to the server or to other clients.
   */
  private static final String RULES =
      "~dotori:* resetchannels &dotori:* -@all +@connection +@stream +@sortedset +@read"
          + " +@transaction +@scripting -@dangerous +set +time +info"
          + " +client|setname +client|setinfo +client|id";

  RedisPart(DataDirectory data, Settings settings) {
    super("redis", data, settings);
  }

  static RedisServer.User user(Settings settings, String service) {
    return new RedisServer.User(service, settings.password("redis." + service), RULES);
  }

  @Override
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public Map<String, Integer> ports() {
    return Map.of("Redis", port);
  }

  @Override
  RedisServer create() {
    return RedisServer.lasting(
        data.of(name()),
        data.log(name()),
        port,
        settings.password("redis.admin"),
        Topology.SERVICES.stream().map(service -> user(settings, service)).toList(),
        settings.redisProgram(),
        Lifetime.DETACHED);
  }
}
