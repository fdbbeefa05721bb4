package dev.dotori.redisstreams.metrics;

/**
 * What a channel counts and times. A channel has its own, calls it on any thread, and never waits
 * for it; {@link #NONE} where nobody measures.
 */
public interface ChannelMetrics {

  /** Measures nothing. */
  ChannelMetrics NONE = new ChannelMetrics() {};

  /** Entries that the server delivered to this consumer, deliveries after the first included. */
  default void received(int entries) {}

  /** Entries that the server has been told are done, after a success. */
  default void acknowledged(int entries) {}

  /** One entry's handler failed. What becomes of the entry is counted beside it. */
  default void nacked() {}

  /** One entry was put to wait for its next attempt. */
  default void retried() {}

  /** One entry went to the dead letters. */
  default void deadLettered() {}

  /** Entries that were taken over from a consumer whose lease had ended. */
  default void claimed(int entries) {}

  /** One entry was settled, so many nanoseconds after it was handed over. */
  default void processed(long nanos) {}

  /** One message is on its stream, so many nanoseconds after the channel got it. */
  default void published(long nanos) {}

  /** One message was nacked because it could not be put on its stream. */
  default void publishFailed() {}
}
