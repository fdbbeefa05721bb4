package dev.dotori.events;

/**
 * Money as events carry it.
 *
 * @param amount integer minor units of the currency, for example cents
 * @param currency ISO 4217 code
 */
public record MoneyAmount(long amount, String currency) {}
