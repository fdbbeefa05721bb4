package dev.dotori.sandbox.state;

import dev.dotori.sandbox.Network;
import java.time.Instant;
import java.util.List;

/** A post that a network shows. */
public record Post(
    String id,
    Network network,
    String publisherId,
    String text,
    List<String> pictureIds,
    Instant createdAt) {}
