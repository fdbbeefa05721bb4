package dev.dotori.local.cli;

import dev.dotori.local.servers.ServerProcess;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** One process of the local system: how to start it, and how to know that it is ready. */
interface Part {
  /** Unique; its log, its data and its line in {@code status} are called so. */
  String name();

  /** Where people and clients find it; for a message, so without secrets. */
  String url();

  /** Its ports by what they are for, all of which must be free before it starts. */
  Map<String, Integer> ports();

  /** Starts its process, and does not wait. */
  ServerProcess launch();

  /** Whether it does its work now. */
  boolean isReady();

  /** How long it may take to be ready. */
  Duration startLimit();

  /** Makes what the parts after it need in it. Called when it is ready, also by later commands. */
  default void prepare() {}

  /** Why it can't be started, when something is missing that a build makes. */
  default Optional<String> missing() {
    return Optional.empty();
  }
}
