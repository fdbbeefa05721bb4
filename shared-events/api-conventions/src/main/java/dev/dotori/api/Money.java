package dev.dotori.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * Money in a request or an answer.
 *
 * @param amount integer minor units of the currency, for example cents; 0 to 10^12
 * @param currency ISO 4217 code, for example {@code USD}
 */
public record Money(
    @NotNull @Min(0) @Max(Money.MAX_AMOUNT) Long amount,
    @NotNull @Pattern(regexp = "[A-Z]{3}", message = "must be an ISO 4217 code such as USD")
        String currency) {

  /** The most that one purchase can amount to, in minor units; far beyond any till's. */
  public static final long MAX_AMOUNT = 1_000_000_000_000L;
}
