package dev.dotori.points.statement;

import java.time.Instant;
import java.util.UUID;

/**
 * One line of a member's statement.
 *
 * @param points what the balance changed by; negative when points went out
 * @param balanceAfter the balance once this line was posted
 * @param shareId the share that earned a bonus, or null
 * @param reason what an operator or store gave as the reason, or the sender of a transfer as the
 *     note; or null
 */
public record StatementLine(
    UUID id,
    String type,
    long points,
    long balanceAfter,
    UUID purchaseId,
    UUID shareId,
    String reason,
    Instant at) {}
