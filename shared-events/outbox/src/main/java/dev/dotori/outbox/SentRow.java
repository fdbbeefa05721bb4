package dev.dotori.outbox;

import java.util.UUID;

/**
 * A row whose stream took it.
 *
 * @param id the event's id
 * @param stream the stream's name
 * @param epoch the stream's epoch as known before it was sent
 * @param entry the id that the stream gave it
 */
record SentRow(UUID id, String stream, long epoch, EntryId entry) {}
