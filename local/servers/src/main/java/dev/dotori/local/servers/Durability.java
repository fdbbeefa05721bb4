package dev.dotori.local.servers;

/** What a committed transaction survives. */
public enum Durability {
  /** A power failure: the log is flushed to the disk at every commit. */
  POWER_FAILURE,
  /** The death of the server process, but not of the machine. Many times faster on a slow disk. */
  PROCESS_DEATH
}
