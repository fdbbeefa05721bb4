package dev.dotori.events;

import jakarta.annotation.Nullable;

/**
 * The terms under which a store gives points.
 *
 * @param earnRate points per minor unit of currency, an exact decimal as text
 * @param minPurchase minor units below which a purchase earns nothing
 * @param expiryDays days until earned points expire, or null for never
 * @param shareBonus points for a published share
 * @param shareBonusDailyCap most bonus points a member gets from this store in a UTC day
 * @param maxParticipants most participants of one purchase, the buyer included
 */
public record ProgramTerms(
    String earnRate,
    long minPurchase,
    @Nullable Integer expiryDays,
    long shareBonus,
    long shareBonusDailyCap,
    int maxParticipants) {}
