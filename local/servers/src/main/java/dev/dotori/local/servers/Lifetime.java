package dev.dotori.local.servers;

/** How long a started server lives. */
public enum Lifetime {
  /** Ends with the JVM that started it, however that ends: what tests want. */
  THIS_JVM,
  /** In a session of its own, so that it outlives the command that started it and its terminal. */
  DETACHED
}
