package dev.dotori.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the outbox and the inbox. The defaults suit a service of any size. */
@ConfigMapping(prefix = "dotori.outbox")
public interface OutboxConfig {

  /** What stands before a stream's name in its key, an opening hash-tag brace included. */
  @WithDefault("dotori:{")
  String keyPrefix();

  /** What stands after a stream's name in its key, a closing hash-tag brace included. */
  @WithDefault("}")
  String keySuffix();

  /**
   * Most events that wait in memory for the relay, a few hundred bytes each. What finds the queue
   * full is sent by the sweeper.
   */
  @WithDefault("20000")
  int queue();

  /** Most events given to the channel and not yet answered by Redis. */
  @WithDefault("1024")
  int inFlight();

  /** Most rows that one statement marks as sent, and that the sweeper locks at a time. */
  @WithDefault("500")
  int page();

  /** How long a sent event may wait for others to be marked in the same statement. */
  @WithDefault("20ms")
  Duration markDelay();

  /** How often the sweeper looks for unsent rows and for entries that Redis lost. */
  @WithDefault("1s")
  Duration sweepEvery();

  /** How old an unsent row must be for the sweeper: younger ones are the relay's. */
  @WithDefault("2s")
  Duration sweepAfter();

  /** Most pages that one run of the sweeper sends. */
  @WithDefault("20")
  int sweepPages();

  /** How long the sweeper waits for Redis to take a page. */
  @WithDefault("10s")
  Duration sweepTimeout();

  /**
   * How long sent rows are kept. A Redis that comes back empty or behind gets back what it lost
   * within this time.
   */
  @WithDefault("24h")
  Duration retention();

  /**
   * How long inbox rows are kept: within this time a repeated delivery has no effect. Longer than
   * any stream, retry or dead letter is expected to live.
   */
  @WithDefault("7d")
  Duration inboxRetention();

  /**
   * How long entries stay on a stream that no group reads. One that is read is trimmed by its
   * readers' channels.
   */
  @WithDefault("1h")
  Duration unreadRetention();

  /** How often rows and entries whose retention is over are deleted. */
  @WithDefault("1m")
  Duration purgeEvery();
}
