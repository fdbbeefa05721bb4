package dev.dotori.points.redemption;

import dev.dotori.points.ledger.Movement;
import dev.dotori.points.text.OneLine;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.UUID;

/**
 * Points that a store wants of a member for something.
 *
 * @param points 1 to 10<sup>15</sup>
 * @param reference the store's own, for example its number of the basket: 1 to 100 characters
 */
public record RedemptionRequest(
    @NotNull UUID memberId,
    @NotNull @Min(1) @Max(Movement.MAX_POINTS) Long points,
    @NotNull @Size(min = 1, max = 100) @Pattern(regexp = OneLine.REGEX, message = OneLine.MESSAGE)
        String reference) {}
