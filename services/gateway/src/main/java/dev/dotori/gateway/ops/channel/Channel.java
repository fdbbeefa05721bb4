package dev.dotori.gateway.ops.channel;

/**
 * How one service stands to one stream of events.
 *
 * @param name {@code points.purchase-recorded}
 * @param event what flows there, {@code purchase.recorded}
 * @param group the service that consumes it
 * @param length entries on the stream, consumed or not
 * @param lag entries that the group was not given yet
 * @param lagExact whether the lag was counted, rather than estimated
 * @param pending entries that were given to a consumer and are not settled
 * @param oldestPendingAgeSeconds since the oldest pending entry was added; null when none is
 * @param consumers that Redis knows; some may be gone
 * @param deliveredPerSecond new entries given to the group, on average since it was last looked at;
 *     null where the server does not count them (before Redis 7)
 * @param retries entries that failed and wait for their next attempt
 * @param dead entries that were given up
 */
public record Channel(
    String name,
    String event,
    String group,
    long length,
    long lag,
    boolean lagExact,
    long pending,
    Double oldestPendingAgeSeconds,
    int consumers,
    Double deliveredPerSecond,
    long retries,
    long dead) {}
