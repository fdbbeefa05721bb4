package dev.dotori.redisstreams.test;

import dev.dotori.local.servers.UnreliableProxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One proxy between the channels and the Redis of all tests. As with {@link TestRedis}, both class
 * loaders of a test see one.
 */
final class TcpProxy {

  private static final Map<String, Object> SHARED = shared();

  private TcpProxy() {}

  @SuppressWarnings("unchecked")
  private static Map<String, Object> shared() {
    return (Map<String, Object>)
        System.getProperties()
            .computeIfAbsent(
                "redis-streams.test.proxy",
                key -> {
                  UnreliableProxy proxy = new UnreliableProxy(TestRedis.port());
                  Map<String, Object> shared = new ConcurrentHashMap<>();
                  shared.put("port", proxy.port());
                  shared.put("cut", (Runnable) proxy::cut);
                  shared.put("silence", (Runnable) proxy::halfOpen);
                  shared.put("speak", (Runnable) proxy::speak);
                  shared.put("swallow", (Consumer<String>) proxy::swallow);
                  shared.put("swallowed", (BooleanSupplier) proxy::hasSwallowed);
                  return shared;
                });
  }

  /** Redis's URL through the proxy. */
  static String url() {
    return TestRedis.url().replaceAll(":\\d+$", ":" + SHARED.get("port"));
  }

  /** Closes every connection. */
  static void cut() {
    ((Runnable) SHARED.get("cut")).run();
  }

  /**
   * Connections stay open, and carry nothing any more for ever; new ones neither until {@link
   * #speak}.
   */
  static void halfOpen() {
    ((Runnable) SHARED.get("silence")).run();
  }

  /** New connections carry data again; silenced ones stay silent. */
  static void speak() {
    ((Runnable) SHARED.get("speak")).run();
  }

  /** The next connection that would carry this text carries nothing to the server any more. */
  @SuppressWarnings("unchecked")
  static void swallow(String text) {
    ((Consumer<String>) SHARED.get("swallow")).accept(text);
  }

  /** Whether the text of {@link #swallow} has come. */
  static boolean hasSwallowed() {
    return ((BooleanSupplier) SHARED.get("swallowed")).getAsBoolean();
  }
}
