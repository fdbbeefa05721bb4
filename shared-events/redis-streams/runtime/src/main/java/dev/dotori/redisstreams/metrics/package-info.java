/** What a channel counts, times and shows of itself. */
package dev.dotori.redisstreams.metrics;
