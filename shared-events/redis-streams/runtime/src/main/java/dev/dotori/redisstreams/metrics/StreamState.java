package dev.dotori.redisstreams.metrics;

/**
 * How a channel's stream and group stood when Redis was asked. All of the group, not of one
 * consumer; for a partitioned stream all partitions together.
 *
 * @param length entries on the stream
 * @param lag entries that were not delivered to the group yet, those included whose delay is over
 * @param lagExact whether the lag was counted, or is an estimate
 * @param pending entries delivered to a consumer of the group and not acknowledged
 * @param oldestPendingMillis how long ago the oldest pending entry was added; -1 if none is pending
 * @param delayed failed entries that wait for their next attempt; of a partitioned stream also
 *     those that are at it
 * @param deadLetters entries on the stream of dead letters
 */
public record StreamState(
    long length,
    long lag,
    boolean lagExact,
    long pending,
    long oldestPendingMillis,
    long delayed,
    long deadLetters) {}
