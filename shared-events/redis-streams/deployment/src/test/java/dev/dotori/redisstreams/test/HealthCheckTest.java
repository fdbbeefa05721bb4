package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.redisstreams.RedisStreamsConnector;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.health.HealthReport;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Each channel that has not opted out is in the reports, by its name: up when it works, down with
 * the reason when it has no Redis or has stopped.
 */
class HealthCheckTest {

  private static final String STREAM = "test:{health}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.of(Handler.class)
          .overrideConfigKey("mp.messaging.incoming.good.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.good.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.hidden.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.hidden.stream", STREAM + ":hidden")
          .overrideConfigKey("mp.messaging.incoming.hidden.health-enabled", "false")
          .overrideConfigKey("mp.messaging.incoming.stopping.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.stopping.stream", STREAM + ":stopping")
          .overrideConfigKey("mp.messaging.incoming.stopping.failure-strategy", "fail")
          .overrideConfigKey("mp.messaging.incoming.away.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.away.client-name", "away")
          .overrideConfigKey("quarkus.redis.away.hosts", "redis://127.0.0.1:1")
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM + ":out");

  @Inject
  @Connector("smallrye-redis-streams")
  RedisStreamsConnector connector;

  @Inject
  @Channel("out")
  Emitter<String> out;

  @Test
  void eachReportTellsTheTruthOfEachChannel() {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThat(states(connector.getReadiness()))
                .isEqualTo(Map.of("good", true, "stopping", true, "away", false, "out", true)));
    assertThat(states(connector.getLiveness()))
        .as("a Redis that is away is not mended by a new start")
        .isEqualTo(Map.of("good", true, "stopping", true, "away", true, "out", true));
    assertThat(states(connector.getStartup()))
        .containsEntry("good", true)
        .containsEntry("away", false);
    assertThat(message(connector.getReadiness(), "away")).isNotBlank();

    TestRedis.add(STREAM + ":stopping", "bad");

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(states(connector.getLiveness())).containsEntry("stopping", false));
    assertThat(message(connector.getLiveness(), "stopping")).contains("no way to handle it");
    assertThat(states(connector.getReadiness()))
        .containsEntry("stopping", false)
        .containsEntry("good", true);
    TestRedis.call("DEL", STREAM + ":stopping");
  }

  private static Map<String, Boolean> states(HealthReport report) {
    return report.getChannels().stream()
        .collect(
            Collectors.toMap(HealthReport.ChannelInfo::getChannel, HealthReport.ChannelInfo::isOk));
  }

  private static String message(HealthReport report, String channel) {
    return report.getChannels().stream()
        .filter(each -> each.getChannel().equals(channel))
        .findAny()
        .orElseThrow()
        .getMessage();
  }

  @Singleton
  static class Handler {
    @Incoming("good")
    void good(byte[] payload) {}

    @Incoming("hidden")
    void hidden(byte[] payload) {}

    @Incoming("away")
    void away(byte[] payload) {}

    @Incoming("stopping")
    void stopping(byte[] payload) {
      throw new IllegalStateException("no way to handle it");
    }
  }
}
