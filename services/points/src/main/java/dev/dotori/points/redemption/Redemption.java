package dev.dotori.points.redemption;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

/**
 * Points that a store held, and what became of them.
 *
 * @param reference the store's own
 * @param heldUntil when the points go back to the member unless they are captured before
 * @param endedAt when they were captured or went back, or null while they are held
 */
@RegisterForReflection // answered within a Response, which hides its type from the build
public record Redemption(
    UUID id,
    UUID storeId,
    UUID memberId,
    long points,
    String reference,
    Status status,
    Instant heldAt,
    Instant heldUntil,
    Instant endedAt) {

  /** What became of held points. */
  public enum Status {
    /** Out of the balance, and neither the store's nor spent. */
    @JsonProperty("held")
    HELD(1),
    /** Spent. */
    @JsonProperty("captured")
    CAPTURED(2),
    /** Given back by the store. */
    @JsonProperty("cancelled")
    CANCELLED(3),
    /** Given back since they were not captured in time. */
    @JsonProperty("released")
    RELEASED(4);

    private final int code;

    Status(int code) {
      this.code = code;
    }

    /** As the table has it; never reused. */
    int code() {
      return code;
    }

    static Status ofCode(int code) {
      return Arrays.stream(values()).filter(it -> it.code == code).findFirst().orElseThrow();
    }
  }

  /** The same once it has ended. */
  Redemption ended(Status how, Instant now) {
    return new Redemption(id, storeId, memberId, points, reference, how, heldAt, heldUntil, now);
  }
}
