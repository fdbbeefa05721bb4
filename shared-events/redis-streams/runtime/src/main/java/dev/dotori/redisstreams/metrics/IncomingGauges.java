package dev.dotori.redisstreams.metrics;

import java.util.Optional;

/** What can be read off an incoming channel at any time, on any thread, without waiting. */
public interface IncomingGauges {

  /** What Redis said last, unless that is too long ago to be believed. */
  Optional<StreamState> streamState();

  /** Entries that this consumer holds: read and not settled. */
  int inFlightEntries();
}
