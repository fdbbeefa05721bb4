package dev.dotori.redisstreams.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * A process with one consuming channel, to be killed and paused. It notes in its journal when it
 * begins an entry and when it is done with it, and acknowledges after that; SIGTERM ends it in
 * order.
 *
 * <p>Arguments: Redis's URL, the journal, how long the work on an entry takes at most in ms, how
 * many in a thousand fail, then the channel's attributes as {@code name=value}.
 */
final class ConsumerProcess {

  private final Vertx vertx = Vertx.vertx();
  private final Journal journal;
  private final int mostWork;
  private final int failing;

  private ConsumerProcess(Journal journal, int mostWork, int failing) {
    this.journal = journal;
    this.mostWork = mostWork;
    this.failing = failing;
  }

  public static void main(String[] args) {
    Map<String, String> attributes = new HashMap<>();
    for (int i = 4; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      attributes.put(args[i].substring(0, equals), args[i].substring(equals + 1));
    }
    ConsumerProcess process =
        new ConsumerProcess(
            new Journal(Path.of(args[1])), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    PlainConsumer consumer =
        PlainConsumer.start(
            process.vertx, PlainChannels.options(List.of(args[0])), attributes, process::handle);
    Runtime.getRuntime().addShutdownHook(new Thread(consumer::close));
  }

  private void handle(Message<byte[]> message) {
    String id = message.getMetadata(IncomingRedisStreamMetadata.class).orElseThrow().id();
    String item = new String(message.getPayload(), UTF_8);
    journal.write(Journal.Step.BEGUN, id, item);
    ThreadLocalRandom random = ThreadLocalRandom.current();
    vertx.setTimer(
        1 + random.nextInt(mostWork),
        timer -> {
          if (random.nextInt(1_000) < failing) {
            journal.write(Journal.Step.FAILED, id, item);
            message.nack(new IllegalStateException("this attempt was to fail"));
          } else {
            journal.write(Journal.Step.DONE, id, item);
            message.ack();
          }
        });
  }
}
