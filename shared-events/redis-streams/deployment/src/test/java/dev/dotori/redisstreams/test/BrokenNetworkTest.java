package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections that are cut, or that silently carry nothing any more, are made again. */
class BrokenNetworkTest {

  private static final String STREAM = "test:{network}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class, TcpProxy.class)
          .overrideConfigKey("quarkus.redis.hosts", TcpProxy.url())
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.block", "500ms")
          .overrideConfigKey("mp.messaging.incoming.in.lease", "2s")
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM);

  @Inject Handler handler;

  @Inject
  @Channel("out")
  MutinyEmitter<String> out;

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @Test
  void cutConnectionsAreMadeAgain() {
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      out.sendAndAwait("cut-" + i);
      sent.add("cut-" + i);
      TcpProxy.cut();
    }
    // In any order: an entry whose delivery was cut off comes again once its lease is over.
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(handler.distinct("cut")).containsExactlyInAnyOrderElementsOf(sent));
  }

  @Test
  void connectionsThatCarryNothingAreNoticed() {
    out.sendAndAwait("silent-before");
    await().until(() -> handler.distinct("silent").size() == 1);

    TcpProxy.halfOpen();
    out.send("silent-meanwhile").subscribe().with(sent -> {}, failure -> {});
    // Each connection goes silent with the next thing that it would carry.
    await().atMost(Duration.ofSeconds(20)).until(() -> !connector.getReadiness().isOk());
    TcpProxy.speak();

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(handler.distinct("silent"))
                .containsExactly("silent-before", "silent-meanwhile"));
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(connector.getReadiness().isOk()).isTrue());
  }

  @Test
  void aReaderThatIsStuckIsNoticedThoughOtherConnectionsAnswer() {
    out.sendAndAwait("stuck-before");
    await().until(() -> handler.distinct("stuck").size() == 1);

    // when the next read never reaches Redis, on a connection that stays open
    TcpProxy.swallow("XREADGROUP");
    await().until(TcpProxy::hasSwallowed);
    out.sendAndAwait("stuck-meanwhile");

    // then the connection is given up for another one
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(handler.distinct("stuck"))
                .containsExactly("stuck-before", "stuck-meanwhile"));
  }

  @Singleton
  static class Handler {
    final List<String> payloads = new CopyOnWriteArrayList<>();

    List<String> distinct(String prefix) {
      return payloads.stream().filter(text -> text.startsWith(prefix)).distinct().toList();
    }

    @Incoming("in")
    CompletionStage<Void> on(Message<byte[]> entry) {
      payloads.add(new String(entry.getPayload(), UTF_8));
      return entry.ack();
    }
  }
}
