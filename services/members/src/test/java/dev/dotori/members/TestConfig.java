package dev.dotori.members;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** The configuration as it is read from properties, without a service. */
public final class TestConfig {

  private TestConfig() {}

  /** What these properties give, with defaults for the rest. */
  public static MembersConfig with(Map<String, String> properties) {
    ConfigSource source = new PropertiesConfigSource(properties, "test", 100);
    return new SmallRyeConfigBuilder()
        .withSources(source)
        .withConverter(
            java.time.Duration.class, 200, new io.quarkus.runtime.configuration.DurationConverter())
        .withMapping(MembersConfig.class)
        .build()
        .getConfigMapping(MembersConfig.class);
  }
}
