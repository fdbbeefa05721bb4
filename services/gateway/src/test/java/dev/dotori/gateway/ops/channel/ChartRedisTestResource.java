package dev.dotori.gateway.ops.channel;

import dev.dotori.local.servers.RedisServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Redis on which the gateway's user has the rights that the chart gives it, and no other. */
public class ChartRedisTestResource implements QuarkusTestResourceLifecycleManager {

  private static final Pattern RIGHTS = Pattern.compile("(?m)^\\s*gateway='([^']+)'$");

  private RedisServer server;

  @Override
  public Map<String, String> start() {
    RedisServer.User gateway = new RedisServer.User("gateway", "gateway-secret", rights());
    server = RedisServer.temporary(gateway).start();
    return Map.of("quarkus.redis.hosts", server.url(gateway));
  }

  private static String rights() {
    Path template =
        Path.of(System.getProperty("dotori.root"), "helm/dotori/templates/local/redis.yaml");
    try {
      Matcher rights = RIGHTS.matcher(Files.readString(template));
      if (!rights.find()) {
        throw new IllegalStateException("The chart gives the gateway no rights");
      }
      return rights.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
