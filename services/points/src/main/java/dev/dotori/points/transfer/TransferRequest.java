package dev.dotori.points.transfer;

import dev.dotori.points.ledger.Movement;
import dev.dotori.points.text.OneLine;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.UUID;

/**
 * Points that a member gives to another.
 *
 * @param points 1 to 10<sup>15</sup>
 * @param note words to the other, up to 500 characters; may be absent
 */
public record TransferRequest(
    @NotNull UUID toMemberId,
    @NotNull @Min(1) @Max(Movement.MAX_POINTS) Long points,
    @Size(max = 500) @Pattern(regexp = OneLine.REGEX, message = OneLine.MESSAGE) String note) {}
