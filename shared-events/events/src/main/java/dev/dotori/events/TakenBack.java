package dev.dotori.events;

import java.util.UUID;

/**
 * What a refund takes back from one member.
 *
 * @param points 0 or more; what of them the member had spent is owed
 */
public record TakenBack(UUID memberId, long points) {}
