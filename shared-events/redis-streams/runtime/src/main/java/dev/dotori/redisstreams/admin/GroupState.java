package dev.dotori.redisstreams.admin;

import dev.dotori.redisstreams.metrics.StreamState;
import java.util.OptionalLong;

/**
 * How one group of a stream stands, whoever its consumers are.
 *
 * @param consumers those that Redis knows, some of which may be gone
 * @param delivered entries that the group was ever given for the first time: what two looks differ
 *     by tells how fast it is. Empty where the server doesn't count them (before Redis 7), and for
 *     a group that began in the middle
 * @param state its lag, what is pending, delayed and dead
 */
public record GroupState(
    String stream, String group, int consumers, OptionalLong delivered, StreamState state) {}
