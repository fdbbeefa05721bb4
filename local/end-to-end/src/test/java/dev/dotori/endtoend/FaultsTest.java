package dev.dotori.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code kill -9} of each part while purchases are made, then its restart: nothing is lost, nothing
 * paid twice. Each with a seed of its own, which a failure names.
 */
@ExtendWith(LocalSystem.Extension.class)
class FaultsTest {

  private static final Duration LIMIT = Duration.ofMinutes(8);

  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource({
    "points, 11",
    "members, 12",
    "gateway, 13",
    "redis, 14",
    // Purchases need none of these; so they must not be held up either.
    "posting social-share media, 15",
  })
  void loseNothingAndPayNothingTwice(String victims, int seed, LocalSystem system) {
    long before = system.replayedPurchases();
    Command replay = system.startReplay("--seed", system.seed(seed), "--concurrency", "1");
    await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> system.replayedPurchases() - before >= 30);

    assertThat(system.replayedPurchases() - before).as("the replay is at work").isLessThan(300);
    system.kill(victims.split(" "));
    system.up();

    assertThat(replay.awaitExit(LIMIT).succeeds().output())
        .contains("Every balance is right.", "difference 0");
    assertThat(system.replayedPurchases() - before).isEqualTo(300);
  }
}
