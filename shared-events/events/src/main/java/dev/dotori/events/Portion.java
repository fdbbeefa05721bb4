package dev.dotori.events;

import java.util.UUID;

/**
 * One member's part of an earning.
 *
 * @param memberId who gets it
 * @param weight the participant's weight in the split, 1 to 1000
 * @param points what they get, 0 or more
 */
public record Portion(UUID memberId, int weight, long points) {}
