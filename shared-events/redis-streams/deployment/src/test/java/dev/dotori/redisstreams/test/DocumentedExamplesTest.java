package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.docs.Batches;
import dev.dotori.redisstreams.docs.Failing;
import dev.dotori.redisstreams.docs.Keyed;
import dev.dotori.redisstreams.docs.OneByOne;
import dev.dotori.redisstreams.docs.Operator;
import dev.dotori.redisstreams.docs.Order;
import dev.dotori.redisstreams.docs.Patient;
import dev.dotori.redisstreams.docs.Pausing;
import dev.dotori.redisstreams.docs.PlainFields;
import dev.dotori.redisstreams.docs.Publishing;
import dev.dotori.redisstreams.docs.Shop;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The examples of the documentation make one application, with the configuration shown. */
class DocumentedExamplesTest {

  private static final List<String> STREAMS =
      List.of("orders", "parcels", "letters", "calls", "bulk", "mixed", "mails");

  @RegisterExtension static final QuarkusUnitTest APPLICATION = application();

  private static QuarkusUnitTest application() {
    QuarkusUnitTest application =
        TestApplication.of(
            Batches.class,
            Failing.class,
            Keyed.class,
            OneByOne.class,
            Operator.class,
            Order.class,
            Patient.class,
            Pausing.class,
            PlainFields.class,
            PlainFields.LegacyOrder.class,
            PlainFields.FromFields.class,
            Publishing.class,
            Shop.class);
    for (String page : List.of("consuming", "failures", "keyed", "publishing", "migration")) {
      properties(page + ".properties")
          .forEach((key, value) -> application.overrideConfigKey((String) key, (String) value));
    }
    return application;
  }

  private static Properties properties(String page) {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(Path.of("src/test/resources/docs", page))) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }

  @Inject Shop shop;
  @Inject Publishing publishing;

  @Test
  void everyHandlerGetsItsOrders() {
    for (String stream : STREAMS) {
      TestRedis.add("shop:{" + stream + "}", json(stream));
    }
    TestRedis.add("shop:{mixed}", "{\"id\":\"wrong\",\"cents\":-1}");
    TestRedis.call("XADD", Keyed.streamOf("Ann", 16), "*", "key", "Ann", "data", json("payments"));
    TestRedis.call("XADD", "legacy-orders", "*", "id", "legacy", "cents", "250");
    TestRedis.call("XADD", "converted", "*", "id", "converted", "cents", "250");

    await()
        .untilAsserted(() ->
            assertThat(shop.shipped())
                .extracting(Order::id)
                .containsAll(STREAMS)
                .contains("payments", "legacy", "converted"));
    await()
        .untilAsserted(() ->
            assertThat(TestRedis.entries("shop:{mixed}:dead:app"))
                .singleElement()
                .satisfies(dead ->
                    assertThat(dead).containsEntry("dead-letter-reason", "nobody ordered this")));
  }

  @Test
  void messagesArePublishedAsShown() {
    Order order = new Order("published", "Ann", 250);

    publishing.place(order);
    String noted = publishing.placeNoted(order);
    publishing.charge(order);
    publishing.announceOnce(order);
    publishing.announce(order);
    publishing.remindLater(order);

    assertThat(TestRedis.entries("shop:{placed}"))
        .containsExactly(Map.of("content-type", "application/json", "data", json("published")));
    assertThat(TestRedis.list("XRANGE", "shop:{placed}:Ann", noted, noted)).hasSize(1);
    assertThat(TestRedis.entries(Keyed.streamOf("Ann", 16).replace("payments", "charges")))
        .extracting(entry -> entry.get("key"))
        .containsExactly("Ann");
    assertThat(TestRedis.entries("shop:{announced}")).as("one event with that id").hasSize(1);
    assertThat(TestRedis.number("ZCARD", "shop:{placed}:scheduled")).isEqualTo(1);
  }

  private static String json(String id) {
    return "{\"id\":\"%s\",\"customer\":\"Ann\",\"cents\":250}".formatted(id);
  }
}
