package dev.dotori.redisstreams.faults;

import dev.dotori.redisstreams.faults.Ordeal.Fault;
import io.quarkus.runtime.configuration.DurationConverter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing is lost, and nothing acknowledged that was not done, whatever is killed, paused or cut
 * off, and whenever. Repeat a schedule with {@code -Dordeal.seed=…}, for longer with {@code
 * -Dordeal.duration=10m}.
 */
class OrdealTest {

  private static final String SHORT = "8s";

  private static final EnumSet<Fault> CONSUMERS =
      EnumSet.of(Fault.KILL_CONSUMER, Fault.PAUSE_CONSUMER, Fault.REPLACE_CONSUMER);

  // Journals and logs of a failure stay.
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  @Test
  void ofConsumers() {
    run(CONSUMERS, 0);
  }

  @Test
  void ofRedisAndTheNetwork() {
    run(EnumSet.complementOf(CONSUMERS), 0);
  }

  @Test
  void ofAllThatKeepsOrder() {
    run(EnumSet.allOf(Fault.class), 6);
  }

  private void run(Set<Fault> faults, int partitions) {
    long seed = Long.getLong("ordeal.seed", new Random().nextInt(1_000_000));
    Duration duration =
        DurationConverter.parseDuration(System.getProperty("ordeal.duration", SHORT));
    new Ordeal(seed, duration, faults, 3, partitions, directory).run();
  }
}
