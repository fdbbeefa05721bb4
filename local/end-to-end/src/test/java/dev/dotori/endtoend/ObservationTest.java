package dev.dotori.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.servers.RedisServer;
import dev.dotori.local.servers.Secrets;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a cluster sees of a service: its log, its metrics, and whether it is ready. */
class ObservationTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void anApiLogsJsonCountsItsConnectionsAndStaysReadyWithoutRedis() throws Exception {
    try (MySqlServer mysql = MySqlServer.temporary().start();
        RedisServer redis = RedisServer.temporary().start();
        ServiceProcess api = start(mysql, redis, "false");
        ServiceProcess worker = start(mysql, redis, "true")) {
      api.awaitReady();
      worker.awaitReady();

      assertThat(api.management("/q/metrics")).contains("agroal_awaiting_count");
      // The first line that is not the banner.
      String line = api.output().lines().filter(text -> text.startsWith("{")).findFirst().get();
      JsonNode log = JSON.readTree(line);
      assertThat(log.get("level").asText()).isIn("INFO", "WARN");
      assertThat(log.get("message").asText()).isNotEmpty();
      assertThat(log.has("mdc")).isTrue();

      redis.kill();

      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> assertThat(worker.isReady()).isFalse());
      assertThat(api.isReady()).isTrue();
    }
  }

  @Test
  void theGatewayLogsTheTraceAndBelievesTheAddressThatItsProxiesGive() throws Exception {
    try (RedisServer redis = RedisServer.temporary().start();
        ServiceProcess gateway =
            ServiceProcess.start(
                "gateway",
                Map.of(
                    "QUARKUS_REDIS_HOSTS", redis.url(),
                    "QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true",
                    "QUARKUS_HTTP_ACCESS_LOG_ENABLED", "true",
                    "QUARKUS_HTTP_ACCESS_LOG_PATTERN", "from %a",
                    "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true",
                    "QUARKUS_HTTP_PROXY_ALLOW_X_FORWARDED", "true",
                    "QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", "127.0.0.0/8"))) {
      gateway.awaitOutput("Listening on");

      HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(gateway.api().resolve("/v1/nothing"))
                  .header("X-Forwarded-For", "203.0.113.9")
                  .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                  .build(),
              HttpResponse.BodyHandlers.discarding());

      gateway.awaitOutput("from 203.0.113.9");
      String line =
          gateway
              .output()
              .lines()
              .filter(text -> text.contains("from 203.0.113.9"))
              .findFirst()
              .get();
      assertThat(JSON.readTree(line).at("/mdc/traceId").asText()).isEqualTo(TRACE);
    }
  }

  private static ServiceProcess start(
      MySqlServer mysql, RedisServer redis, String readyNeedsRedis) {
    MySqlServer.Account account = mysql.createSchema("points", "the-password-of-this-test");
    Map<String, String> environment = new HashMap<>();
    environment.put("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true");
    environment.put("QUARKUS_DATASOURCE_JDBC_URL", account.url());
    environment.put("QUARKUS_DATASOURCE_USERNAME", account.user());
    environment.put("QUARKUS_DATASOURCE_PASSWORD", account.password());
    environment.put("QUARKUS_REDIS_HOSTS", redis.url());
    environment.put("DOTORI_SERVICE_SECRET", Secrets.password());
    environment.put(
        "MP_MESSAGING_CONNECTOR_SMALLRYE_REDIS_STREAMS_HEALTH_READINESS_ENABLED", readyNeedsRedis);
    return ServiceProcess.start("points", environment);
  }
}
