package dev.dotori.points;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What can be set about the points service beyond Quarkus's own properties. */
@ConfigMapping(prefix = "dotori.points")
public interface PointsConfig {

  /**
   * How far ahead of this server's clock a purchase may have occurred: tills are not always on
   * time.
   */
  @WithDefault("PT1H")
  Duration clockTolerance();

  /** How long points are held for a redemption before they go back to the member. */
  @WithDefault("PT15M")
  Duration holdTime();

  /** How often balances are compared with the entries, by one process. */
  @WithDefault("1m")
  Duration reconcileEvery();
}
