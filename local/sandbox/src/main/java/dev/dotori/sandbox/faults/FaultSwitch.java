package dev.dotori.sandbox.faults;

import dev.dotori.sandbox.Network;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

/**
 * A fault that is on.
 *
 * @param network whose API shows it
 * @param fault what goes wrong
 * @param operation at which calls; absent: {@code post}
 * @param times at how many calls, after which it is off again; absent: 1
 * @param resetSeconds for {@code rate_limited}: when the limit is lifted; absent: 60
 * @param delaySeconds for {@code timeout_after_acceptance}: how late the answer is; absent: 60
 */
public record FaultSwitch(
    @NotNull Network network,
    @NotNull Fault fault,
    Operation operation,
    @Min(1) @Max(10_000) Integer times,
    @Min(0) @Max(86_400) Integer resetSeconds,
    @Min(0) @Max(600) Integer delaySeconds) {

  public FaultSwitch {
    operation = operation == null ? Operation.POST : operation;
    times = times == null ? Integer.valueOf(1) : times;
    resetSeconds = resetSeconds == null ? Integer.valueOf(60) : resetSeconds;
    delaySeconds = delaySeconds == null ? Integer.valueOf(60) : delaySeconds;
  }

  FaultSwitch usedOnce() {
    return new FaultSwitch(network, fault, operation, times - 1, resetSeconds, delaySeconds);
  }

  boolean concerns(Network network, Operation operation) {
    return this.network == network && this.operation == operation;
  }
}
