package dev.dotori.media.file;

import java.time.Instant;
import java.util.UUID;

/**
 * The envelope of an event that a manifest's state is the content of. It is kept in the manifest,
 * so that the fact and its event are one write, and the event is the same however often it is sent.
 *
 * @param eventId the event's id, by which consumers tell a repetition
 * @param at when the fact became true
 * @param traceParent trace context of what caused it, or null
 * @param idempotencyKey of the request that caused it, or null
 */
public record Announcement(UUID eventId, Instant at, String traceParent, String idempotencyKey) {}
