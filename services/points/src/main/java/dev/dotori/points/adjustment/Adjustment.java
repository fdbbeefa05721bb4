package dev.dotori.points.adjustment;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.UUID;

/**
 * Points that an operator gave or took.
 *
 * @param points negative when they were taken
 * @param operator who, as their token says
 */
@RegisterForReflection // answered within a Response, which hides its type from the build
public record Adjustment(
    UUID id, UUID memberId, long points, String reason, String operator, Instant adjustedAt) {}
