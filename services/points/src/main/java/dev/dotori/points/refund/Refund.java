package dev.dotori.points.refund;

import dev.dotori.api.Money;
import dev.dotori.events.TakenBack;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A refund of a purchase, or of a part of it.
 *
 * @param amount what the store gave back
 * @param reason the store's words, or null
 * @param points what was taken back; the sum of {@code takenBack}
 * @param takenBack of whom, the buyer first; what a member had spent already is owed
 */
@RegisterForReflection // answered within a Response, which hides its type from the build
public record Refund(
    UUID id,
    UUID purchaseId,
    Money amount,
    String reason,
    long points,
    List<TakenBack> takenBack,
    Instant refundedAt) {}
