package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.IncomingRedisStreamBatchMetadata;
import dev.dotori.redisstreams.PermanentFailureException;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The entries of a batch come as the type that the handler's list has; one that is not of that type
 * is a dead letter, and the others are handed over without it.
 */
class BatchPayloadsTest {

  private static final String STREAM = "test:{batch-payloads}";
  private static final List<String> CHANNELS =
      List.of("bytes", "texts", "objects", "orders", "messages", "lists", "injected");

  @RegisterExtension static final QuarkusUnitTest APPLICATION = application();

  private static QuarkusUnitTest application() {
    QuarkusUnitTest application = TestApplication.of(Handler.class, Order.class);
    for (String channel : CHANNELS) {
      String prefix = "mp.messaging.incoming." + channel + ".";
      application
          .overrideConfigKey(prefix + "connector", "smallrye-redis-streams")
          .overrideConfigKey(prefix + "stream", STREAM + ":" + channel)
          .overrideConfigKey(prefix + "block", "200ms")
          .overrideConfigKey(prefix + "batch", "true");
    }
    return application;
  }

  @Inject Handler handler;

  @Test
  void theListHoldsWhatTheHandlerTakes() {
    addAtOnce("bytes", "a", "b");
    addAtOnce("texts", "a", "b");
    addAtOnce("objects", "{\"item\":\"tea\"}", "{}");
    addAtOnce("orders", order(1), order(2));
    addAtOnce("lists", "[" + order(1) + "]", "[]");

    await()
        .untilAsserted(() ->
            assertThat(handler.batches)
                .contains(
                    List.of("a bytes", "b bytes"),
                    List.of("a", "b"),
                    List.of(new JsonObject().put("item", "tea"), new JsonObject()),
                    List.of(new Order("tea", 1), new Order("tea", 2)),
                    List.of(List.of(new Order("tea", 1)), List.of())));
    for (String channel : List.of("bytes", "texts", "objects", "orders", "lists")) {
      await()
          .untilAsserted(
              () -> assertThat(TestRedis.pending(STREAM + ":" + channel, "app")).isZero());
    }
  }

  @Test
  void onlyWhatCannotBeDecodedIsADeadLetter() {
    String stream = STREAM + ":messages";
    addAtOnce("messages", order(1), "not an order", order(3), "null", order(5));

    await()
        .untilAsserted(() -> {
          assertThat(handler.batches)
              .contains(List.of(new Order("tea", 1), new Order("tea", 3), new Order("tea", 5)));
          assertThat(TestRedis.entries(stream + ":dead:app"))
              .extracting(dead -> dead.get("data"))
              .containsExactlyInAnyOrder("not an order", "null", order(3));
          assertThat(TestRedis.pending(stream, "app")).isZero();
        });
  }

  @Test
  void theHandlerIsNotCalledForABatchOfWhichNothingIsLeft() {
    String stream = STREAM + ":orders";
    addAtOnce("orders", "no", "neither");
    await()
        .untilAsserted(() -> {
          assertThat(TestRedis.entries(stream + ":dead:app")).hasSize(2);
          assertThat(TestRedis.pending(stream, "app")).isZero();
        });
    addAtOnce("orders", order(77));

    await()
        .untilAsserted(() -> assertThat(handler.batches).contains(List.of(new Order("tea", 77))));
    assertThat(handler.batches).doesNotContain(List.of());
  }

  @Test
  void anInjectedChannelHasTheListsToo() {
    handler.injected.subscribe().with(handler.batches::add);
    addAtOnce("injected", order(81), "not an order", order(83));

    await()
        .untilAsserted(() -> {
          assertThat(handler.batches).contains(List.of(new Order("tea", 81), new Order("tea", 83)));
          assertThat(TestRedis.entries(STREAM + ":injected:dead:app")).hasSize(1);
          assertThat(TestRedis.pending(STREAM + ":injected", "app")).isZero();
        });
  }

  private static String order(int count) {
    return "{\"item\":\"tea\",\"count\":" + count + "}";
  }

  /** In one step, so that one read finds them all. */
  private static void addAtOnce(String channel, String... data) {
    Object[] command = new Object[4 + data.length];
    command[0] = "EVAL";
    command[1] = "for i = 1, #ARGV do redis.call('XADD', KEYS[1], '*', 'data', ARGV[i]) end";
    command[2] = 1;
    command[3] = STREAM + ":" + channel;
    System.arraycopy(data, 0, command, 4, data.length);
    TestRedis.call(command);
  }

  public record Order(String item, int count) {}

  @Singleton
  static class Handler {
    final List<List<?>> batches = new CopyOnWriteArrayList<>();

    @Inject
    @Channel("injected")
    Multi<List<Order>> injected;

    @Incoming("bytes")
    void bytes(List<byte[]> batch) {
      batches.add(batch.stream().map(data -> new String(data) + " bytes").toList());
    }

    @Incoming("texts")
    void texts(List<String> batch) {
      batches.add(List.copyOf(batch));
    }

    @Incoming("objects")
    void objects(List<JsonObject> batch) {
      batches.add(List.copyOf(batch));
    }

    @Incoming("orders")
    void orders(List<Order> batch) {
      batches.add(List.copyOf(batch));
    }

    @Incoming("lists")
    void lists(List<List<Order>> batch) {
      batches.add(List.copyOf(batch));
    }

    // The payloads and the entries that can be settled alone are the same, in the same order.
    @Incoming("messages")
    @Blocking
    CompletionStage<Void> messages(Message<List<Order>> batch) {
      batches.add(List.copyOf(batch.getPayload()));
      List<? extends Message<byte[]>> entries =
          batch.getMetadata(IncomingRedisStreamBatchMetadata.class).orElseThrow().entries();
      if (entries.size() != batch.getPayload().size()) {
        return batch.nack(new IllegalStateException("not the same entries"));
      }
      entries.get(1).nack(new PermanentFailureException("nobody ordered this"));
      return batch.ack();
    }
  }
}
