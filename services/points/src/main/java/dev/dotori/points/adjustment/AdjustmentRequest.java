package dev.dotori.points.adjustment;

import dev.dotori.points.ledger.Movement;
import dev.dotori.points.text.OneLine;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.UUID;

/**
 * Points that an operator gives or takes.
 *
 * @param points up to 10<sup>15</sup>; negative to take them, and not 0
 * @param reason why, for the member and whoever checks later: 1 to 500 characters
 */
public record AdjustmentRequest(
    @NotNull UUID memberId,
    @NotNull @Min(-Movement.MAX_POINTS) @Max(Movement.MAX_POINTS) Long points,
    @NotNull @Size(min = 1, max = 500) @Pattern(regexp = OneLine.REGEX, message = OneLine.MESSAGE)
        String reason) {}
