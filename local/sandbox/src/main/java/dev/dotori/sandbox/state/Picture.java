package dev.dotori.sandbox.state;

import dev.dotori.sandbox.Network;
import java.time.Instant;

/**
 * An uploaded picture; its bytes are in a file named by its id.
 *
 * @param complete false while an upload in chunks goes on
 */
public record Picture(
    String id,
    Network network,
    String publisherId,
    String contentType,
    long size,
    boolean complete,
    Instant uploadedAt) {}
