package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MessageConverter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A handler gets an entry's data as the type that it takes; data that is not of that type is a dead
 * letter.
 */
class MessageConverterTest {

  private static final String STREAM = "test:{converters}";
  private static final List<String> CHANNELS =
      List.of("bytes", "text", "message", "object", "array", "pojo", "list", "map", "own");

  @RegisterExtension static final QuarkusUnitTest APPLICATION = application();

  private static QuarkusUnitTest application() {
    QuarkusUnitTest application =
        TestApplication.of(Handler.class, Order.class, Weight.class, WeightConverter.class);
    for (String channel : CHANNELS) {
      String prefix = "mp.messaging.incoming." + channel + ".";
      application
          .overrideConfigKey(prefix + "connector", "smallrye-redis-streams")
          .overrideConfigKey(prefix + "stream", STREAM + ":" + channel)
          .overrideConfigKey(prefix + "block", "200ms");
    }
    return application;
  }

  @Inject Handler handler;

  @Test
  void theDataIsWhatTheHandlerTakes() {
    String order = "{\"item\":\"tea\",\"count\":2}";
    add("bytes", order);
    add("text", order);
    add("message", order);
    add("object", order);
    add("pojo", order);
    add("array", "[1,2]");
    // One entry with a list, which has nothing to do with a batch.
    add("list", "[" + order + "," + order + "]");
    add("map", "{\"a\":" + order + "}");
    add("own", "42 kg");

    Order tea = new Order("tea", 2);
    await()
        .untilAsserted(() ->
            assertThat(handler.payloads)
                .containsExactlyInAnyOrder(
                    "bytes of " + order,
                    "text " + order,
                    "message " + order + " key k",
                    new JsonObject(order),
                    new JsonArray("[1,2]"),
                    tea,
                    List.of(tea, tea),
                    Map.of("a", tea),
                    new Weight(42)));
  }

  @Test
  void whatIsOfAnotherTypeIsADeadLetterAtOnce() {
    for (String channel : List.of("object", "pojo", "list", "map")) {
      add(channel, "\"neither\"");
      add(channel, "null");
    }

    for (String channel : List.of("object", "pojo", "list", "map")) {
      String stream = STREAM + ":" + channel;
      await()
          .untilAsserted(() -> {
            assertThat(TestRedis.entries(stream + ":dead:app"))
                .as(channel)
                .extracting(dead -> dead.get("data"))
                .containsExactly("\"neither\"", "null");
            assertThat(TestRedis.pending(stream, "app")).isZero();
          });
      assertThat(TestRedis.entries(stream + ":dead:app"))
          .allSatisfy(dead ->
              assertThat(dead)
                  .containsEntry("dead-letter-attempts", "1")
                  .containsEntry(
                      "dead-letter-exception-class-name",
                      "dev.dotori.redisstreams.PermanentFailureException"));
    }
  }

  private static void add(String channel, String data) {
    TestRedis.call("XADD", STREAM + ":" + channel, "*", "key", "k", "data", data);
  }

  public record Order(String item, int count) {}

  record Weight(int kilograms) {}

  /** An application's own converter comes before those of the connector. */
  @ApplicationScoped
  static class WeightConverter implements MessageConverter {
    @Override
    public boolean canConvert(Message<?> in, Type target) {
      return target == Weight.class;
    }

    @Override
    public Message<?> convert(Message<?> in, Type target) {
      String text = new String((byte[]) in.getPayload(), UTF_8);
      return in.withPayload(new Weight(Integer.parseInt(text.substring(0, text.indexOf(' ')))));
    }
  }

  @Singleton
  static class Handler {
    final List<Object> payloads = new CopyOnWriteArrayList<>();

    @Incoming("bytes")
    void bytes(byte[] data) {
      payloads.add("bytes of " + new String(data, UTF_8));
    }

    @Incoming("text")
    void text(String data) {
      payloads.add("text " + data);
    }

    @Incoming("message")
    CompletionStage<Void> message(Message<String> entry) {
      IncomingRedisStreamMetadata metadata =
          entry.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow();
      payloads.add("message " + entry.getPayload() + " key " + metadata.field("key").orElse(null));
      return entry.ack();
    }

    @Incoming("object")
    void object(JsonObject data) {
      payloads.add(data);
    }

    @Incoming("array")
    void array(JsonArray data) {
      payloads.add(data);
    }

    @Incoming("pojo")
    void pojo(Order data) {
      payloads.add(data);
    }

    @Incoming("list")
    void list(List<Order> data) {
      payloads.add(List.copyOf(data));
    }

    @Incoming("map")
    void map(Map<String, Order> data) {
      payloads.add(Map.copyOf(data));
    }

    @Incoming("own")
    void own(Weight data) {
      payloads.add(data);
    }
  }
}
