package dev.dotori.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How a process that doesn't migrate its schema waits for whoever does. */
@ConfigMapping(prefix = "dotori.schema")
public interface SchemaConfig {

  /**
   * How long a start waits for migrations that the schema still lacks. Shorter than what probes
   * grant a start, or nobody reads what is missing.
   */
  @WithDefault("2m")
  Duration patience();
}
