package dev.dotori.redisstreams.docs;

/** What the examples handle. */
public record Order(String id, String customer, int cents) {}
