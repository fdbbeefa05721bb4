/** Streams, groups and dead letters in the hands of a test. */
package dev.dotori.redisstreams.companion;
