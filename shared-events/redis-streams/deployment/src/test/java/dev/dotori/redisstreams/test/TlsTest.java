package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Channels use TLS as the Quarkus Redis client is configured for it, and trust nobody else. */
class TlsTest {

  private static final String STREAM = "test:{tls}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class, TlsProxy.class)
          .overrideConfigKey("quarkus.redis.hosts", TlsProxy.url())
          .overrideConfigKey("quarkus.redis.tls-configuration-name", "redis")
          .overrideConfigKey("quarkus.tls.redis.trust-store.p12.path", TlsProxy.trustStore())
          .overrideConfigKey("quarkus.tls.redis.trust-store.p12.password", TlsProxy.PASSWORD)
          .overrideConfigKey("quarkus.tls.redis.hostname-verification-algorithm", "HTTPS")
          .overrideConfigKey("quarkus.redis.wary.hosts", TlsProxy.url())
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.wary.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.wary.client-name", "wary");

  @Inject Handler handler;

  @Inject
  @Channel("out")
  MutinyEmitter<String> out;

  @Inject
  @Channel("wary")
  MutinyEmitter<String> wary;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @Test
  void entriesGoThroughIt() {
    out.sendAndAwait("hello");

    await().until(() -> handler.payloads.contains("hello"));
    await()
        .untilAsserted(() ->
            assertThat(connector.getReadiness().getChannels())
                .anyMatch(channel -> channel.getChannel().equals("wary") && !channel.isOk()));
    assertThat(connector.getReadiness().getChannels())
        .allMatch(channel -> channel.getChannel().equals("wary") || channel.isOk());
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
