package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A channel uses the Quarkus Redis client that it names. */
class NamedClientTest {

  private static final String STREAM = "test:{named}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.client-name", "second")
          // The default client leads nowhere.
          .overrideConfigKey("quarkus.redis.hosts", "redis://127.0.0.1:1")
          .overrideConfigKey("quarkus.redis.second.hosts", TestRedis.url());

  @Inject Handler handler;

  @Test
  void entriesComeFromThatServer() {
    TestRedis.add(STREAM, "hello");
    await().until(() -> handler.payloads.contains("hello"));
  }

  @Singleton
  static class Handler {
    final List<String> payloads = new CopyOnWriteArrayList<>();

    @Incoming("in")
    void on(byte[] payload) {
      payloads.add(new String(payload, UTF_8));
    }
  }
}
