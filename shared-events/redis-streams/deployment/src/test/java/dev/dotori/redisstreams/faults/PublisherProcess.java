package dev.dotori.redisstreams.faults;

import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A process that publishes delayed messages one after the other, to be killed. It notes in its
 * journal what it begins to send and what was acknowledged.
 *
 * <p>Arguments: Redis's URL, the journal, the stream, the delay in ms.
 */
final class PublisherProcess {

  private PublisherProcess() {}

  public static void main(String[] args) {
    Journal journal = new Journal(Path.of(args[1]));
    PlainPublisher publisher =
        PlainPublisher.start(
            Vertx.vertx(), PlainChannels.options(List.of(args[0])), Map.of("stream", args[2]));
    OutgoingRedisStreamMetadata delayed =
        OutgoingRedisStreamMetadata.create().withDelay(Duration.ofMillis(Long.parseLong(args[3])));
    for (int i = 0; ; i++) {
      String item = new Item("delayed", i).toString();
      journal.write(Journal.Step.BEGUN, "-", item);
      publisher.send(item, delayed).join();
      journal.write(Journal.Step.DONE, "-", item);
    }
  }
}
