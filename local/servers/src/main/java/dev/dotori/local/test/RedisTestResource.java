package dev.dotori.local.test;

import dev.dotori.local.servers.RedisServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/**
 * An empty Redis for a test. Fields of type {@link RedisServer} are set to the server, to kill and
 * restart it.
 */
public class RedisTestResource implements QuarkusTestResourceLifecycleManager {
  private RedisServer server;

  @Override
  public Map<String, String> start() {
    server = RedisServer.temporary().start();
    return Map.of("quarkus.redis.hosts", server.url());
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(server, new TestInjector.MatchesType(RedisServer.class));
  }

  @Override
  public void stop() {
    if (server != null) {
      server.close();
    }
  }
}
