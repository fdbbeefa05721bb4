package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A delayed message waits in Redis and is added once when it is due, whoever is alive then. */
class DelayedPublishingTest {

  private static final String STREAM = "test:{scheduled}:out";
  private static final String READ = "test:{scheduled}:in";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class, TcpProxy.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", READ)
          .overrideConfigKey("quarkus.redis.proxied.hosts", TcpProxy.url())
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.once.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.once.client-name", "proxied")
          .overrideConfigKey("mp.messaging.outgoing.once.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.once.idempotence", "true");

  @Inject Handler handler;

  @Inject
  @Channel("out")
  MutinyEmitter<String> out;

  @Inject
  @Channel("once")
  MutinyEmitter<String> once;

  @BeforeEach
  void empty() {
    TestRedis.call("DEL", STREAM, scheduled(STREAM), scheduled(READ));
    TestRedis.call("XTRIM", READ, "MAXLEN", 0);
    handler.entries.clear();
  }

  @Test
  void aMessageIsAddedWhenItIsDue() {
    long before = now();
    OutgoingMessageMetadata<String> result = new OutgoingMessageMetadata<>();
    out.sendMessageAndAwait(after(Duration.ofMillis(700), "delayed").addMetadata(result));
    out.sendMessageAndAwait(
        Message.of("later")
            .addMetadata(
                OutgoingRedisStreamMetadata.create()
                    .withDeliverAt(Instant.ofEpochMilli(before + 1_400))));
    out.sendAndAwait("at once");

    assertThat(result.getResult()).as("it has no entry yet").isNull();
    assertThat(TestRedis.number("ZCARD", scheduled(STREAM))).isEqualTo(2);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(TestRedis.payloads(STREAM)).containsExactly("at once", "delayed", "later"));
    List<Long> added = TestRedis.ids(STREAM).stream().map(DelayedPublishingTest::millis).toList();
    assertThat(added.get(1)).isGreaterThanOrEqualTo(before + 700);
    assertThat(added.get(2)).isGreaterThanOrEqualTo(before + 1_400);
    assertThat(TestRedis.number("EXISTS", scheduled(STREAM))).isZero();
  }

  @Test
  void equalMessagesStayTwoAndKeepTheirOrder() {
    Instant due = Instant.now().plusMillis(500);
    for (String text : List.of("a", "b", "a", "c")) {
      out.sendMessageAndAwait(
          Message.of(text).addMetadata(OutgoingRedisStreamMetadata.create().withDeliverAt(due)));
    }

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(TestRedis.payloads(STREAM)).containsExactly("a", "b", "a", "c"));
  }

  @Test
  void whoeverReadsTheStreamMovesWhatAPublisherThatIsGoneLeftThere() {
    out.sendMessageAndAwait(after(Duration.ofMillis(1_500), "left behind"));
    // As if its publisher's stream were the other one: no publisher has that.
    TestRedis.call("RENAME", scheduled(STREAM), scheduled(READ));

    await().atMost(Duration.ofSeconds(10)).until(() -> handler.entries.size() == 1);
    Message<byte[]> entry = handler.entries.getFirst();
    assertThat(entry.getPayload()).asString(UTF_8).isEqualTo("left behind");
    assertThat(entry.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow().fields())
        .containsOnlyKeys("content-type", "key", "data")
        .containsEntry("key", "the key");
  }

  @Test
  void anEventIsScheduledOnceAndNotAgainWhenItWasAdded() {
    Message<String> event =
        Message.of("once")
            .addMetadata(
                OutgoingRedisStreamMetadata.create()
                    .withId("an event")
                    .withDelay(Duration.ofMillis(300)));
    once.sendMessageAndAwait(event);
    TcpProxy.cut();
    once.sendMessageAndAwait(event);
    assertThat(TestRedis.number("ZCARD", scheduled(STREAM))).isLessThanOrEqualTo(1);
    await().atMost(Duration.ofSeconds(10)).until(() -> TestRedis.number("XLEN", STREAM) == 1);

    once.sendMessageAndAwait(event);
    once.sendMessageAndAwait(
        Message.of("once").addMetadata(OutgoingRedisStreamMetadata.create().withId("an event")));

    assertThat(TestRedis.number("EXISTS", scheduled(STREAM))).isZero();
    assertThat(TestRedis.payloads(STREAM)).containsExactly("once");
  }

  private static Message<String> after(Duration delay, String text) {
    return Message.of(text)
        .addMetadata(OutgoingRedisStreamMetadata.create().withDelay(delay).withKey("the key"));
  }

  private static String scheduled(String stream) {
    return stream + ":scheduled";
  }

  private static long now() {
    List<Object> time = TestRedis.list("TIME");
    return Long.parseLong((String) time.get(0)) * 1_000
        + Long.parseLong((String) time.get(1)) / 1_000;
  }

  private static long millis(String id) {
    return Long.parseLong(id.substring(0, id.indexOf('-')));
  }

  @Singleton
  static class Handler {
    final List<Message<byte[]>> entries = new CopyOnWriteArrayList<>();

    @Incoming("in")
    CompletionStage<Void> on(Message<byte[]> entry) {
      entries.add(entry);
      return entry.ack();
    }
  }
}
