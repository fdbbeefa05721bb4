package dev.dotori.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The main job: real purchases through the gateway, and every balance recomputed from the input.
 */
@ExtendWith(LocalSystem.Extension.class)
class ReplayTest {

  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Test
  void endsWithEveryBalanceRight(LocalSystem system) {
    long before = system.replayedPurchases();

    Command.Result replay =
        system.startReplay("--seed", system.seed(1)).awaitExit(LIMIT).succeeds();

    assertThat(replay.output())
        .contains("Every balance is right.", "difference 0", "Differences  0");
    assertThat(system.replayedPurchases() - before).isEqualTo(300);
    assertThat(system.log("gateway"))
        .as("Redis lets the gateway's user count calls")
        .doesNotContain("NOPERM", "Error running script", "ERR ");
  }

  @Test
  void goesOnAfterCtrlCAndPaysNothingTwice(LocalSystem system) {
    long before = system.replayedPurchases();
    String seed = system.seed(2);
    Command interrupted = system.startReplay("--seed", seed, "--concurrency", "1");
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> system.replayedPurchases() - before >= 50);

    interrupted.interrupt();

    Command.Result stopped = interrupted.awaitExit(Duration.ofSeconds(30));
    assertThat(stopped.exitCode()).as(stopped.output()).isNotZero();
    assertThat(stopped.output()).contains("Stopped.");
    assertThat(system.replayedPurchases() - before).as("it was stopped half way").isLessThan(300);
    Command.Result resumed = system.startReplay("--seed", seed).awaitExit(LIMIT).succeeds();
    assertThat(resumed.output()).contains("Going on after", "Every balance is right.");
    assertThat(system.replayedPurchases() - before).isEqualTo(300);
  }
}
