package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.OutgoingMessageMetadata;
import io.smallrye.reactive.messaging.ce.IncomingCloudEventMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Messages are added in order with many in flight, and carry fields, CloudEvents and the id that
 * Redis gave.
 */
class PublishingTest {

  private static final String STREAM = "test:{publishing}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM);

  @Inject Handler handler;

  @Inject
  @Channel("out")
  @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
  MutinyEmitter<String> out;

  @Test
  void theOrderIsKept() {
    List<CompletableFuture<Void>> sent =
        IntStream.range(0, 1_000)
            .mapToObj(i -> out.send("n" + i).subscribeAsCompletionStage())
            .toList();
    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
        .orTimeout(10, TimeUnit.SECONDS)
        .join();

    await().atMost(Duration.ofSeconds(10)).until(() -> handler.starting("n").size() == 1_000);
    assertThat(handler.starting("n"))
        .containsExactlyElementsOf(IntStream.range(0, 1_000).mapToObj(i -> "n" + i).toList());
  }

  @Test
  void anEventCarriesItsAttributesThere() {
    ZonedDateTime time = ZonedDateTime.parse("2026-01-02T03:04:05.678901Z");
    OutgoingMessageMetadata<String> result = new OutgoingMessageMetadata<>();
    out.sendMessageAndAwait(
        Message.of("{}")
            .addMetadata(result)
            .addMetadata(
                OutgoingCloudEventMetadata.builder()
                    .withId("id-1")
                    .withType("something.happened.v1")
                    .withSource(URI.create("/somewhere"))
                    .withSubject("a subject")
                    .withTimestamp(time)
                    .withDataContentType("application/json")
                    .withExtension("traceparent", "00-trace-span-01")
                    .build())
            .addMetadata(
                OutgoingRedisStreamMetadata.create()
                    .withKey("the key")
                    .withField("extra", "more")));

    Message<byte[]> entry =
        await().until(() -> handler.find(result.getResult()), Optional::isPresent).orElseThrow();
    assertThat(entry.getPayload()).asString(UTF_8).isEqualTo("{}");
    IncomingCloudEventMetadata<?> event =
        entry.getMetadata(IncomingCloudEventMetadata.class).orElseThrow();
    assertThat(event.getId()).isEqualTo("id-1");
    assertThat(event.getType()).isEqualTo("something.happened.v1");
    assertThat(event.getSource()).isEqualTo(URI.create("/somewhere"));
    assertThat(event.getSpecVersion()).isEqualTo("1.0");
    assertThat(event.getSubject()).contains("a subject");
    assertThat(event.getTimeStamp()).contains(time);
    assertThat(event.getDataContentType()).contains("application/json");
    assertThat(event.getExtensions()).isEqualTo(Map.of("traceparent", "00-trace-span-01"));
    IncomingRedisStreamMetadata metadata =
        entry.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow();
    assertThat(metadata.fields())
        .containsEntry("key", "the key")
        .containsEntry("extra", "more")
        .containsEntry("ce_specversion", "1.0")
        .containsEntry("content-type", "application/json");
    assertThat(metadata.stream()).isEqualTo(STREAM);
    assertThat(metadata.group()).isEqualTo("app");
    assertThat(metadata.deliveryCount()).isEqualTo(1);
  }

  @Test
  void aMessageCanGoToAStreamOfItsOwn() {
    String elsewhere = "test:{publishing}:elsewhere";
    out.sendMessageAndAwait(
        Message.of("text").addMetadata(OutgoingRedisStreamMetadata.create().withStream(elsewhere)));
    assertThat(TestRedis.entries(elsewhere))
        .containsExactly(Map.of("content-type", "text/plain", "data", "text"));
  }

  @Test
  void aMessageThatRedisRefusesIsNacked() {
    TestRedis.call("SET", "test:{publishing}:text", "not a stream");
    CompletableFuture<Void> sent =
        out.sendMessage(
                Message.of("text")
                    .addMetadata(
                        OutgoingRedisStreamMetadata.create().withStream("test:{publishing}:text")))
            .subscribeAsCompletionStage();
    await().until(sent::isDone);
    assertThat(sent).isCompletedExceptionally();
    assertThat(sent.exceptionNow()).hasMessageContaining("WRONGTYPE");
  }

  @Singleton
  static class Handler {
    final List<Message<byte[]>> entries = new CopyOnWriteArrayList<>();

    List<String> starting(String prefix) {
      return entries.stream()
          .map(entry -> new String(entry.getPayload(), UTF_8))
          .filter(text -> text.startsWith(prefix))
          .toList();
    }

    Optional<Message<byte[]>> find(String id) {
      return entries.stream()
          .filter(entry ->
              entry.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow().id().equals(id))
          .findFirst();
    }

    @Incoming("in")
    CompletionStage<Void> on(Message<byte[]> entry) {
      entries.add(entry);
      return entry.ack();
    }
  }
}
