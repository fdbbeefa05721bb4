package dev.dotori.redisstreams.companion;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * A Redis for a Quarkus test, and a companion in its fields that are marked with {@link
 * InjectRedisStreamsCompanion}.
 *
 * <pre>{@code
 * @QuarkusTest
 * @WithTestResource(RedisStreamsCompanionResource.class)
 * class BillingTest {
 *   @InjectRedisStreamsCompanion RedisStreamsCompanion redis;
 * }
 * }</pre>
 *
 * <p>If the hosts of the client are configured already ({@code quarkus.redis.hosts}), those are
 * used. Otherwise a server is started: {@value #SERVER} if it is given, else a {@code redis-server}
 * or {@code valkey-server} on the PATH.
 *
 * <p>Arguments ({@code @ResourceArg}): {@value #SERVER}, a program; {@value #CLIENT}, the name of
 * the Quarkus Redis client that is meant, the default one without it.
 */
public class RedisStreamsCompanionResource implements QuarkusTestResourceLifecycleManager {

  /** Argument: path of a redis-server or valkey-server. */
  public static final String SERVER = "server";

  /** Argument: name of a Quarkus Redis client. */
  public static final String CLIENT = "client-name";

  private Map<String, String> arguments = Map.of();
  private LocalRedis server;
  private RedisStreamsCompanion companion;

  @Override
  public void init(Map<String, String> arguments) {
    this.arguments = Map.copyOf(arguments);
  }

  @Override
  public Map<String, String> start() {
    String client = arguments.get(CLIENT);
    String key = client == null ? "quarkus.redis.hosts" : "quarkus.redis." + client + ".hosts";
    Optional<String> configured =
        ConfigProvider.getConfig()
            .getOptionalValue(key, String.class)
            .filter(url -> !url.isBlank());
    if (configured.isPresent()) {
      companion = new RedisStreamsCompanion(configured.get());
      return Map.of();
    }
    server = LocalRedis.start(program(key));
    companion = new RedisStreamsCompanion(server.url());
    return Map.of(key, server.url());
  }

  private Path program(String key) {
    return Optional.ofNullable(arguments.get(SERVER))
        .map(Path::of)
        .or(LocalRedis::onPath)
        .orElseThrow(() ->
            new IllegalStateException(
                "There is no Redis for the test: set %s, give the argument '%s', or put redis-server or valkey-server on the PATH"
                    .formatted(key, SERVER)));
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(
        companion,
        new TestInjector.AnnotatedAndMatchesType(
            InjectRedisStreamsCompanion.class, RedisStreamsCompanion.class));
  }

  @Override
  public void stop() {
    if (companion != null) {
      companion.close();
    }
    if (server != null) {
      server.close();
    }
  }
}
