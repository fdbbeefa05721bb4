package dev.dotori.posting;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What can be set of the posting service. */
@ConfigMapping(prefix = "dotori.posting")
public interface PostingConfig {

  /** How far ahead a post may be scheduled. */
  @WithDefault("365d")
  Duration scheduleAhead();

  /**
   * How long a post waits for its media before the media service is asked what became of them, in
   * case their event was lost.
   */
  @WithDefault("5m")
  Duration askAfter();
}
