/**
 * SmallRye Reactive Messaging on Redis Streams: the connector {@code smallrye-redis-streams}, its
 * metadata and its failure strategies.
 */
package dev.dotori.redisstreams;
