package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.builder.BuildChainBuilder;
import io.quarkus.deployment.builditem.DevServicesResultBuildItem;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * In development and tests no host has to be configured: what the Redis client's dev service starts
 * is used, by the default client and by named ones.
 */
class DevServiceTest {

  private static final String STREAM = "test:{dev-service}";

  /** Stands for the containers that the dev service would start. */
  public static class Container implements Consumer<BuildChainBuilder> {
    @Override
    public void accept(BuildChainBuilder chain) {
      String url = TestRedis.url();
      chain
          .addBuildStep(context ->
              context.produce(
                  DevServicesResultBuildItem.discovered()
                      .feature("redis-client")
                      .containerId("a-container")
                      .config(Map.of("quarkus.redis.hosts", url, "quarkus.redis.second.hosts", url))
                      .build()))
          .produces(DevServicesResultBuildItem.class)
          .build();
    }
  }

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(
              jar -> jar.addClasses(Handler.class, TestRedis.class, TestApplication.class))
          .addBuildChainCustomizer(new Container())
          .overrideConfigKey("quarkus.application.name", "app")
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.out.client-name", "second");

  @Inject Handler handler;

  @Inject
  @Channel("out")
  MutinyEmitter<String> out;

  @Test
  void channelsUseWhatTheDevServiceStarted() {
    assertThat(ConfigProvider.getConfig().getValue("quarkus.redis.hosts", String.class))
        .isEqualTo(TestRedis.url());

    out.sendAndAwait("hello");

    await().until(() -> handler.payloads.equals(List.of("hello")));
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
