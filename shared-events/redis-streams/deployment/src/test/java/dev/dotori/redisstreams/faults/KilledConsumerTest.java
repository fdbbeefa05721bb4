package dev.dotori.redisstreams.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.local.servers.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a process had begun when it was killed is begun by another one when its lease is over: not
 * before, and not much later.
 */
class KilledConsumerTest {

  private static final String STREAM = "faults:{killed}";
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration CLAIM_INTERVAL = Duration.ofMillis(300);

  // For a machine that is busy with other tests.
  private static final Duration SLACK = Duration.ofSeconds(1);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path directory;

  @Test
  void itsEntriesAreTakenOverInTime() {
    try (RedisServer redis = RedisServer.temporary().start();
        Crew crew =
            new Crew(
                redis.url(),
                directory,
                500,
                0,
                Map.of(
                    "stream",
                    STREAM,
                    "group",
                    "g",
                    "lease",
                    LEASE.toMillis() + "ms",
                    "claim-interval",
                    CLAIM_INTERVAL.toMillis() + "ms"))) {
      Crew.Member victim = crew.hire();
      Crew.Member heir = crew.hire();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> redis.call("INFO", "clients").toString().contains("blocked_clients:2"));

      Set<Item> published = new HashSet<>();
      for (int i = 0; i < 300; i++) {
        Item item = new Item("k", i);
        redis.call("XADD", STREAM, "*", "data", item);
        published.add(item);
      }
      await().until(() -> Journal.read(victim.name, victim.journal).size() > 10);
      crew.kill(victim);
      for (int i = 300; i < 400; i++) {
        Item item = new Item("k", i);
        redis.call("XADD", STREAM, "*", "data", item);
        published.add(item);
      }

      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> {
            Checks checks = new Checks(crew);
            checks.nothingIsMissing(published);
            assertThat(pending(redis)).isZero();
          });
      new Checks(crew).takenOver(victim, LEASE, LEASE.plus(CLAIM_INTERVAL).plus(SLACK));
    }
  }

  private static long pending(RedisServer redis) {
    return (Long) ((List<?>) redis.call("XPENDING", STREAM, "g")).getFirst();
  }
}
