package dev.dotori.local.cli;

import dev.dotori.local.servers.Lifetime;
import dev.dotori.local.servers.RedisServer;
import dev.dotori.local.servers.ServerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Redis, with a user for each service. */
final class RedisPart implements Part {
  /**
   * What a service may do, on Dotori's keys only: streams, the sorted sets that hold retries until
   * they are due, the marks and counters that scripts keep, and INFO and TIME, which tell what kind
   * of server it is and its clock. Nothing that is dangerous to the server or to other clients.
   */
  private static final String RULES =
      "~dotori:* resetchannels &dotori:* -@all +@connection +@stream +@sortedset +@read"
          + " +@transaction +@scripting -@dangerous +set +time +info"
          + " +client|setname +client|setinfo +client|id";

  private final DataDirectory data;
  private final Settings settings;
  private final int port;
  private RedisServer server;

  RedisPart(DataDirectory data, Settings settings) {
    this.data = data;
    this.settings = settings;
    this.port = settings.port("redis");
  }

  static RedisServer.User user(Settings settings, String service) {
    return new RedisServer.User(service, settings.password("redis." + service), RULES);
  }

  @Override
  public String name() {
    return "redis";
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
  public ServerProcess launch() {
    return server().launch();
  }

  RedisServer server() {
    if (server == null) {
      List<RedisServer.User> users =
          Topology.SERVICES.stream().map(service -> user(settings, service)).toList();
      server =
          RedisServer.lasting(
              data.of("redis"),
              data.log("redis"),
              port,
              settings.password("redis.admin"),
              users,
              settings.redisProgram(),
              Lifetime.DETACHED);
    }
    return server;
  }

  @Override
  public boolean isReady() {
    return server().isReady();
  }

  @Override
  public Duration startLimit() {
    // It loads its data first.
    return Duration.ofMinutes(2);
  }
}
