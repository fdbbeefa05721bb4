package dev.dotori.points.purchase;

import dev.dotori.events.Portion;
import java.time.Instant;
import java.util.List;

/**
 * What a purchase earns, and who gets it.
 *
 * @param programVersion the version of the store's program that decided it
 * @param earned points, 0 or more; the portions' sum
 * @param expiresAt when they expire, or null for never
 * @param distribution in the order of the participants, the buyer first
 */
public record Earning(
    int programVersion, long earned, Instant expiresAt, List<Portion> distribution) {}
