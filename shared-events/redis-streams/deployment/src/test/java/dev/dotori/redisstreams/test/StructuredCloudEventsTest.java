package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.ce.IncomingCloudEventMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * CloudEvents are written as one JSON document where that is asked for, and read whatever their
 * mode; a channel with a type and a source makes an event of every message.
 */
class StructuredCloudEventsTest {

  private static final String STREAM = "test:{structured}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.out.cloud-events-mode", "structured")
          .overrideConfigKey("mp.messaging.outgoing.made.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.made.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.made.cloud-events-type", "made.v1")
          .overrideConfigKey("mp.messaging.outgoing.made.cloud-events-source", "/the/channel");

  @Inject Handler handler;

  @Inject
  @Channel("out")
  MutinyEmitter<Object> out;

  @Inject
  @Channel("made")
  MutinyEmitter<Object> made;

  @BeforeEach
  void empty() {
    TestRedis.call("XTRIM", STREAM, "MAXLEN", 0);
    handler.entries.clear();
  }

  @Test
  void anEventIsOneDocumentOnTheStreamAndAnEventAgainForItsHandler() {
    out.sendMessageAndAwait(
        Message.<Object>of(new JsonObject().put("total", 12))
            .addMetadata(
                OutgoingCloudEventMetadata.builder()
                    .withId("id-1")
                    .withType("order.placed.v1")
                    .withSource(URI.create("/shop"))
                    .withExtension("partitionkey", "customer-7")
                    .build()));

    Map<String, String> fields = TestRedis.entries(STREAM).getFirst();
    assertThat(fields).containsOnlyKeys("content-type", "key", "data");
    assertThat(fields)
        .containsEntry("content-type", "application/cloudevents+json")
        .containsEntry("key", "customer-7");
    assertThat(new JsonObject(fields.get("data")))
        .isEqualTo(
            new JsonObject()
                .put("specversion", "1.0")
                .put("id", "id-1")
                .put("type", "order.placed.v1")
                .put("source", "/shop")
                .put("partitionkey", "customer-7")
                .put("datacontenttype", "application/json")
                .put("data", new JsonObject().put("total", 12)));
    Message<byte[]> entry = handler.only();
    assertThat(entry.getPayload()).asString(UTF_8).isEqualTo("{\"total\":12}");
    IncomingCloudEventMetadata<?> event =
        entry.getMetadata(IncomingCloudEventMetadata.class).orElseThrow();
    assertThat(event.getId()).isEqualTo("id-1");
    assertThat(event.getType()).isEqualTo("order.placed.v1");
    assertThat(event.getSource()).isEqualTo(URI.create("/shop"));
    assertThat(event.getDataContentType()).contains("application/json");
    assertThat(event.getExtension("partitionkey")).contains("customer-7");
  }

  @Test
  void aMessageWithoutAnEventIsNoDocument() {
    out.sendAndAwait("text");

    assertThat(TestRedis.entries(STREAM))
        .containsExactly(Map.of("content-type", "text/plain", "data", "text"));
    assertThat(handler.only().getMetadata(IncomingCloudEventMetadata.class)).isEmpty();
  }

  @Test
  void theChannelMakesAnEventOfEveryMessage() {
    made.sendAndAwait("text");

    Message<byte[]> entry = handler.only();
    IncomingCloudEventMetadata<?> event =
        entry.getMetadata(IncomingCloudEventMetadata.class).orElseThrow();
    assertThat(event.getId()).isNotBlank();
    assertThat(event.getType()).isEqualTo("made.v1");
    assertThat(event.getSource()).isEqualTo(URI.create("/the/channel"));
    assertThat(event.getTimeStamp()).isPresent();
    assertThat(event.getDataContentType()).contains("text/plain");
    assertThat(entry.getPayload()).asString(UTF_8).isEqualTo("text");
  }

  @Test
  void theChannelCompletesAnEventThatLacksATypeOrASource() {
    made.sendMessageAndAwait(
        Message.<Object>of("text")
            .addMetadata(
                OutgoingCloudEventMetadata.builder().withId("mine").withType("mine.v1").build()));

    IncomingCloudEventMetadata<?> event =
        handler.only().getMetadata(IncomingCloudEventMetadata.class).orElseThrow();
    assertThat(event.getId()).isEqualTo("mine");
    assertThat(event.getType()).isEqualTo("mine.v1");
    assertThat(event.getSource()).isEqualTo(URI.create("/the/channel"));
  }

  @Singleton
  static class Handler {
    final List<Message<byte[]>> entries = new CopyOnWriteArrayList<>();

    Message<byte[]> only() {
      await().until(() -> entries.size() == 1);
      return entries.getFirst();
    }

    @Incoming("in")
    CompletionStage<Void> on(Message<byte[]> entry) {
      entries.add(entry);
      return entry.ack();
    }
  }
}
