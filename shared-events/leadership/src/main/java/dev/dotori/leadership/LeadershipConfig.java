package dev.dotori.leadership;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** How it is decided which replica does what one replica does at a time. */
@ConfigMapping(prefix = "dotori.leadership")
interface LeadershipConfig {

  /** What decides. Default: MySQL in a service with a schema, and nothing in one without. */
  Optional<Way> by();

  /** Name of the Lease or of the lock. Those who compete for one do the same work. */
  @WithDefault("${quarkus.application.name}")
  String lease();

  /** Whether this process may lead at all. */
  @WithDefault("true")
  boolean candidate();

  /** What decides. */
  enum Way {
    /** A Lease of Kubernetes, in the namespace of this pod. */
    KUBERNETES,
    /** A lock of the MySQL server, held by a connection of its own. */
    MYSQL,
    /**
     * Nothing: each process takes itself for the leader. For one process, or for idempotent work.
     */
    NONE
  }
}
