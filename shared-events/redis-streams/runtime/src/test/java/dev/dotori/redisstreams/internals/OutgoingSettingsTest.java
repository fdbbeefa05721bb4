package dev.dotori.redisstreams.internals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.redisstreams.RedisStreamsConnectorOutgoingConfiguration;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an outgoing channel can't work with is refused at start, by the name of its key. */
class OutgoingSettingsTest {

  @Test
  void whatIsNotSaidIsOff() {
    OutgoingSettings settings = settings(Map.of());

    assertThat(settings.stream()).isEqualTo("out");
    assertThat(settings.partitions()).isEqualTo(Partitions.NONE);
    assertThat(settings.idempotenceWindow()).isZero();
    assertThat(settings.durability().isAwaited()).isFalse();
    assertThat(settings.trimming().isAsked()).isFalse();
    assertThat(settings.events().structured()).isFalse();
  }

  @Test
  void valuesThatCanNotBeUsedAreNamed() {
    refused("partitions", "-1");
    refused("partitions", "1025");
    refused("max-in-flight", "0");
    refused("publish-timeout", "soon");
    refused("wait-replicas", "-1");
    refused("wait-timeout", "0ms");
    refused("max-length", "-1");
    refused("retention", "-1s");
    refused("maintenance-interval", "1ms");
    refused("cloud-events-mode", "both");
    refused("cloud-events-source", "not a URI");
  }

  @Test
  void theIdsOfWhatIsInFlightMustBeRemembered() {
    refused("idempotence-window", "255", Map.of("idempotence", "true"));
    assertThat(settings(Map.of("idempotence", "true", "idempotence-window", "256")))
        .extracting(OutgoingSettings::idempotenceWindow)
        .isEqualTo(256);
  }

  @Test
  void aQuestionToReplicasMustEndBeforeTheMessageIsGivenUp() {
    refused("wait-timeout", "30s", Map.of("wait-replicas", "1"));
    assertThat(settings(Map.of("wait-timeout", "30s")).durability().isAwaited()).isFalse();
  }

  @Test
  void aClusterNeedsAHashTag() {
    assertThatThrownBy(() -> settings(Map.of("stream", "orders")).checkSharedSlot())
        .hasMessageContaining("mp.messaging.outgoing.out.stream is orders");
    settings(Map.of("stream", "shop:{orders}")).checkSharedSlot();
  }

  private static void refused(String key, String value) {
    refused(key, value, Map.of());
  }

  private static void refused(String key, String value, Map<String, String> others) {
    Map<String, String> all = new HashMap<>(others);
    all.put(key, value);
    assertThatThrownBy(() -> settings(all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("mp.messaging.outgoing.out.%s is %s", key, value);
  }

  private static OutgoingSettings settings(Map<String, String> attributes) {
    Map<String, String> all = new HashMap<>(attributes);
    all.put("channel-name", "out");
    return OutgoingSettings.of(
        new RedisStreamsConnectorOutgoingConfiguration(
            new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .build()));
  }
}
