package dev.dotori.points.refund;

import dev.dotori.api.Money;
import dev.dotori.points.text.OneLine;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * What a store gives back of a purchase.
 *
 * @param amount of money, more than nothing, in the purchase's currency
 * @param reason up to 500 characters, for the members' statements; may be absent
 */
public record RefundRequest(
    @NotNull @Valid Money amount,
    @Size(max = 500) @Pattern(regexp = OneLine.REGEX, message = OneLine.MESSAGE) String reason) {}
