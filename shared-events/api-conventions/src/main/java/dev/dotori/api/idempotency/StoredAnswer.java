package dev.dotori.api.idempotency;

/**
 * What a request was answered the first time.
 *
 * @param requestHash SHA-256 of the request that got it
 * @param status HTTP status
 * @param location the {@code Location} header, or null
 * @param body JSON, or null for none
 */
public record StoredAnswer(byte[] requestHash, int status, String location, String body) {}
