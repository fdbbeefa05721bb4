package dev.dotori.redisstreams.devmode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dotori.local.servers.RedisServer;
import io.quarkus.devui.tests.DevUIJsonRPCTest;
import io.quarkus.test.QuarkusDevModeTest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Outgoing;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The Dev UI's page is told how each channel stands. */
class DevUiTest extends DevUIJsonRPCTest {

  private static final RedisServer REDIS = RedisServer.temporary().start();
  private static final int PORT = freePort();
  private static final String EXTENSION = "quarkus-messaging-redis-streams";

  @RegisterExtension
  static final QuarkusDevModeTest APPLICATION =
      new QuarkusDevModeTest()
          .withApplicationRoot(jar -> {
            jar.addClass(Handler.class);
            jar.addAsResource(
                new StringAsset(
                    """
                    quarkus.http.host=127.0.0.1
                    quarkus.http.port=%d
                    quarkus.application.name=app
                    quarkus.redis.hosts=%s
                    mp.messaging.incoming.orders.connector=smallrye-redis-streams
                    mp.messaging.incoming.orders.stream=test:{orders}
                    mp.messaging.outgoing.invoices.connector=smallrye-redis-streams
                    mp.messaging.outgoing.invoices.stream=test:{invoices}
                    """
                        .formatted(PORT, REDIS.url())),
                "application.properties");
          });

  DevUiTest() {
    super(EXTENSION, "http://127.0.0.1:" + PORT);
  }

  @AfterAll
  static void close() {
    REDIS.close();
  }

  @Test
  void theChannelsAreListedWithTheirState() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          JsonNode channels = executeJsonRPCMethod("getChannels");
          assertThat(channels).hasSize(2);

          JsonNode orders = channels.get(0);
          assertThat(orders.get("channel").asText()).isEqualTo("orders");
          assertThat(orders.get("direction").asText()).isEqualTo("incoming");
          assertThat(orders.get("stream").asText()).isEqualTo("test:{orders}");
          assertThat(orders.get("group").asText()).isEqualTo("app");
          assertThat(orders.get("consumer").asText()).endsWith("-orders");
          assertThat(orders.get("connected").asBoolean()).isTrue();
          assertThat(orders.has("problem")).isFalse();
          assertThat(orders.get("length").asInt()).isZero();
          assertThat(orders.get("lag").asInt()).isZero();
          assertThat(orders.get("pending").asInt()).isZero();
          assertThat(orders.get("inFlight").asInt()).isZero();
          assertThat(orders.get("delayed").asInt()).isZero();
          assertThat(orders.get("deadLetters").asInt()).isZero();

          JsonNode invoices = channels.get(1);
          assertThat(invoices.get("channel").asText()).isEqualTo("invoices");
          assertThat(invoices.get("direction").asText()).isEqualTo("outgoing");
          assertThat(invoices.get("connected").asBoolean()).isTrue();
        });
  }

  @Test
  void thePageIsServed() throws Exception {
    URI page =
        URI.create(
            "http://127.0.0.1:%d/q/dev-ui/%s/qwc-redis-streams-channels.js"
                .formatted(PORT, EXTENSION));
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("customElements.define('qwc-redis-streams-channels'");
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ApplicationScoped
  public static class Handler {
    @Incoming("orders")
    @Outgoing("invoices")
    public String bill(String order) {
      return order;
    }
  }
}
