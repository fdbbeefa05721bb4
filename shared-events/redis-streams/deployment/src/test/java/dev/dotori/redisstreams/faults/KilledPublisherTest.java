package dev.dotori.redisstreams.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.local.servers.Lifetime;
import dev.dotori.local.servers.RedisServer;
import dev.dotori.local.servers.ServerProcess;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a publisher had delayed comes once when it is due, though the publisher was killed. */
class KilledPublisherTest {

  private static final String STREAM = "test:{killed-publisher}";
  private static final Duration DELAY = Duration.ofSeconds(3);

  @Test
  void delayedMessagesOutliveTheirPublisher(@TempDir Path directory) {
    Path journal = directory.resolve("publisher.journal");
    Vertx vertx = Vertx.vertx();
    try (RedisServer redis = RedisServer.temporary().start()) {
      // given
      ServerProcess publisher =
          ServerProcess.start(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-Xmx96m",
                  "-Dorg.jboss.logging.provider=jdk",
                  "-cp",
                  System.getProperty("java.class.path"),
                  PublisherProcess.class.getName(),
                  redis.url(),
                  journal.toString(),
                  STREAM,
                  Long.toString(DELAY.toMillis())),
              Map.of(),
              directory.resolve("publisher.log"),
              Lifetime.THIS_JVM);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> items(journal, Journal.Step.DONE).size() >= 100);

      // when
      publisher.kill();

      // then
      List<String> begun = items(journal, Journal.Step.BEGUN);
      List<String> acknowledged = items(journal, Journal.Step.DONE);
      try (PlainConsumer consumer =
          PlainConsumer.start(
              vertx,
              PlainChannels.options(List.of(redis.url())),
              Map.of("stream", STREAM, "group", "readers"))) {
        await()
            .atMost(DELAY.plusSeconds(15))
            .until(() -> consumer.payloads.containsAll(acknowledged));
        assertThat(consumer.payloads).doesNotHaveDuplicates().isSubsetOf(begun);
      }
    } finally {
      vertx.close();
    }
  }

  private static List<String> items(Path journal, Journal.Step step) {
    return Journal.read("publisher", journal).stream()
        .filter(line -> line.step() == step)
        .map(line -> line.item().toString())
        .toList();
  }
}
