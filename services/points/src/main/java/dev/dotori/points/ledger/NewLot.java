package dev.dotori.points.ledger;

import java.time.Instant;
import java.util.UUID;

/**
 * Points that a transaction gives to a member.
 *
 * @param expiresAt when they expire, or null for never
 */
public record NewLot(UUID memberId, long points, Instant expiresAt) {}
