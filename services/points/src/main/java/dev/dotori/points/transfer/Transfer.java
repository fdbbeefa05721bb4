package dev.dotori.points.transfer;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.UUID;

/**
 * Points that went from one member to another.
 *
 * @param note the sender's words, or null
 */
@RegisterForReflection // answered within a Response, which hides its type from the build
public record Transfer(
    UUID id, UUID fromMemberId, UUID toMemberId, long points, String note, Instant transferredAt) {}
