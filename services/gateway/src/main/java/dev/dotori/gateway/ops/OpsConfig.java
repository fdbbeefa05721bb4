package dev.dotori.gateway.ops;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What the operator's calls work on. {@code docs/configuration.md} lists the settings with their
 * environment variables.
 */
@ConfigMapping(prefix = "dotori.ops")
public interface OpsConfig {

  /** What runs the processes of this installation. */
  @WithDefault("none")
  PlatformKind platform();

  /** The chart's release: what its objects' names begin with. Required on Kubernetes. */
  Optional<String> release();

  /** The Deployments of the release, without its name: {@code points}, {@code points-worker}. */
  Optional<Set<String>> workloads();

  /** Most replicas that a workload may be scaled to. */
  @WithDefault("50")
  int maxReplicas();

  /** Most time that the platform may take for one call; over it the call is answered 503. */
  @WithDefault("5s")
  Duration timeout();

  enum PlatformKind {
    KUBERNETES,
    /** The calls that need a platform are answered 501. */
    NONE
  }
}
