package dev.dotori.redisstreams.internals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.redisstreams.RedisStreamsConnectorIncomingConfiguration;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an incoming channel can't work with is refused at start, by the name of its key. */
class IncomingSettingsTest {

  @Test
  void valuesThatCanNotBeUsedAreNamed() {
    refused("group-start", "last");
    refused("batch-size", "0");
    refused("count", "0");
    refused("block", "0ms");
    refused("max-in-flight", "0");
    refused("max-in-work", "501");
    refused("partitions", "1025");
    refused("lease", "soon");
    refused("max-deliveries", "-1");
    refused("retry-attempts", "-1");
    refused("retry-jitter", "1.5");
  }

  @Test
  void eachConsumerOfAChannelReadsTheSameStreamByANameOfItsOwn() {
    // given a channel of which SmallRye makes several, for its attribute concurrency
    IncomingSettings first = settings("in$1", Map.of("consumer", "app"));
    IncomingSettings second = settings("in$2", Map.of("consumer", "app"));

    assertThat(first.stream()).isEqualTo("in").isEqualTo(second.stream());
    assertThat(first.consumer()).isNotEqualTo(second.consumer());
  }

  @Test
  void aClusterNeedsAHashTag() {
    assertThatThrownBy(() -> settings("in", Map.of("stream", "orders")).checkSharedSlot())
        .hasMessageContaining("mp.messaging.incoming.in.stream is orders");
    assertThatThrownBy(() ->
            settings("in", Map.of("stream", "{orders}", "dead-letter.stream", "dead"))
                .checkSharedSlot())
        .hasMessageContaining("mp.messaging.incoming.in.dead-letter.stream is dead");
    settings("in", Map.of("stream", "shop:{orders}")).checkSharedSlot();
  }

  private static void refused(String key, String value) {
    assertThatThrownBy(() -> settings("in", Map.of(key, value)))
        .as("%s=%s", key, value)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mp.messaging.incoming.in." + key + " is " + value);
  }

  private static IncomingSettings settings(String channel, Map<String, String> attributes) {
    Map<String, String> all = new HashMap<>(attributes);
    all.put("channel-name", channel);
    all.putIfAbsent("group", "app");
    return IncomingSettings.of(
        new RedisStreamsConnectorIncomingConfiguration(
            new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .build()));
  }
}
