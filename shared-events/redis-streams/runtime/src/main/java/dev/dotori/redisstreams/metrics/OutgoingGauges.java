package dev.dotori.redisstreams.metrics;

/** What can be read off an outgoing channel at any time, on any thread, without waiting. */
public interface OutgoingGauges {

  /** Messages taken on and not answered. */
  int inFlightMessages();

  /** For how many nanoseconds the oldest of them has waited; 0 if there is none. */
  long oldestUnansweredNanos();
}
