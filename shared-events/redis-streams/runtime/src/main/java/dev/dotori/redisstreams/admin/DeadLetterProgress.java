package dev.dotori.redisstreams.admin;

/**
 * How far a replay or drop by filter has come.
 *
 * @param examined dead letters looked at so far
 * @param done dead letters replayed or dropped so far, by this run: what another one took away
 *     meanwhile is not counted
 */
public record DeadLetterProgress(long examined, long done) {}
