package dev.dotori.redisstreams.metrics;

/**
 * How a channel stands; for people, on the Dev UI's page.
 *
 * @param group null for an outgoing channel
 * @param consumer this process's name in the group; null for an outgoing channel
 * @param problem why the channel is not ready; null if it is
 * @param inFlight entries that are held here, or messages sent and not answered
 * @param streamState null for an outgoing channel, and where Redis did not answer
 */
public record ChannelState(
    String channel,
    Direction direction,
    String stream,
    String group,
    String consumer,
    boolean connected,
    String problem,
    int inFlight,
    StreamState streamState) {

  /** Which way a channel's messages go, as in its configuration's keys. */
  public enum Direction {
    INCOMING,
    OUTGOING
  }
}
