package dev.dotori.bench.connector;

import com.sun.management.OperatingSystemMXBean;
import dev.dotori.local.servers.RedisServer;
import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.smallrye.reactive.messaging.ChannelRegistry;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/**
 * How many empty events a second pass through the connector in one process, beside a plain loop on
 * the same client and the same Redis in the same run.
 *
 * <p>Arguments: entries per round (200000), rounds (5; the first warms up and does not count), and
 * the file for the result (bench/results/connector.json).
 */
@QuarkusMain(name = "connector")
public class ConnectorBenchmark implements QuarkusApplication {

  private static final String GROUP = "bench";
  private static final String CPU_SUFFIX = "/cpu";
  private static final OperatingSystemMXBean CPU =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static final byte[] EMPTY_EVENT = "{}".getBytes(StandardCharsets.UTF_8);

  private final Vertx vertx;
  private final ChannelRegistry channels;
  private final Consumers consumers;

  @Inject
  @Channel("bench-out")
  @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
  Emitter<byte[]> out;

  ConnectorBenchmark(Vertx vertx, ChannelRegistry channels, Consumers consumers) {
    this.vertx = vertx;
    this.channels = channels;
    this.consumers = consumers;
  }

  /** Starts a Redis of its own, then the application on it. */
  public static void main(String... args) {
    AtomicInteger exitCode = new AtomicInteger();
    try (RedisServer redis = RedisServer.temporary().start()) {
      System.setProperty("quarkus.redis.hosts", redis.url());
      Quarkus.run(
          ConnectorBenchmark.class,
          (code, failure) -> {
            if (failure != null) {
              failure.printStackTrace();
            }
            exitCode.set(code);
          },
          args);
    }
    System.exit(exitCode.get());
  }

  @Override
  public int run(String... args) throws Exception {
    int entries = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    Path file = Path.of(args.length > 2 ? args[2] : "bench/results/connector.json");
    Map<String, double[]> rates = new LinkedHashMap<>();
    String server;
    try (PlainLoop plain = new PlainLoop(vertx, System.getProperty("quarkus.redis.hosts"))) {
      server = server(plain);
      for (int round = 0; round < rounds; round++) {
        measure(rates, "plain-publish", round, rounds, entries, () -> plainPublish(plain, entries));
        measure(rates, "publish", round, rounds, entries, () -> publish(plain, entries));
        measure(rates, "plain-consume", round, rounds, entries, () -> plainConsume(plain, entries));
        measure(rates, "consume", round, rounds, entries, () -> consume(plain, "single", entries));
        measure(
            rates,
            "consume-batches",
            round,
            rounds,
            entries,
            () -> consume(plain, "batch", entries));
        measure(rates, "publish-and-consume", round, rounds, entries, () -> both(plain, entries));
      }
    }
    report(rates, entries, rounds, server, file);
    return 0;
  }

  /** One round of one shape; whatever it prepares is not in the lap. */
  private interface Round {
    Lap run() throws Exception;
  }

  /**
   * What a round took.
   *
   * @param nanos by the clock
   * @param cpu of this process alone, in ns; on a busy machine it says more than the clock
   */
  private record Lap(long nanos, long cpu) {
    static Lap start() {
      return new Lap(System.nanoTime(), CPU.getProcessCpuTime());
    }

    Lap end() {
      return new Lap(System.nanoTime() - nanos, CPU.getProcessCpuTime() - cpu);
    }
  }

  private static void measure(
      Map<String, double[]> rates, String what, int round, int rounds, int entries, Round shape)
      throws Exception {
    Lap lap = shape.run();
    double rate = entries / (lap.nanos() / 1e9);
    double micros = lap.cpu() / 1e3 / entries;
    System.out.printf("round %d  %-20s %,10.0f/s  %5.2f µs CPU%n", round, what, rate, micros);
    if (round > 0 || rounds == 1) {
      keep(rates, what, round, rounds, rate);
      keep(rates, what + CPU_SUFFIX, round, rounds, micros);
    }
  }

  private static void keep(
      Map<String, double[]> figures, String what, int round, int rounds, double figure) {
    double[] kept = figures.computeIfAbsent(what, none -> new double[Math.max(1, rounds - 1)]);
    kept[Math.max(0, round - 1)] = figure;
  }

  private static Lap plainPublish(PlainLoop plain, int entries) {
    Lap start = Lap.start();
    plain.publish("bench:{plain-out}", entries);
    Lap lap = start.end();
    plain.command(Command.DEL, "bench:{plain-out}");
    return lap;
  }

  private Lap publish(PlainLoop plain, int entries) throws Exception {
    Lap start = Lap.start();
    publishTo("bench:{out}", entries).get();
    Lap lap = start.end();
    plain.command(Command.DEL, "bench:{out}");
    return lap;
  }

  private static Lap plainConsume(PlainLoop plain, int entries) {
    String stream = "bench:{plain}";
    plain.command(Command.XGROUP, "CREATE", stream, GROUP, "0", "MKSTREAM");
    plain.publish(stream, entries);
    Lap start = Lap.start();
    plain.consume(stream, GROUP, entries);
    Lap lap = start.end();
    plain.command(Command.DEL, stream);
    return lap;
  }

  /** The stream is filled while the channel is paused. */
  private Lap consume(PlainLoop plain, String kind, int entries) throws Exception {
    String stream = "bench:{" + kind + "}";
    CountDownLatch done = consumers.expect(entries);
    plain.publish(stream, entries);
    Lap start = Lap.start();
    channels.getPausable("bench-" + kind).resume();
    await(done);
    Lap lap = start.end();
    channels.getPausable("bench-" + kind).pause();
    plain.command(Command.XTRIM, stream, "MAXLEN", 0);
    return lap;
  }

  /** The whole way of an event, publisher and consumer at work at the same time. */
  private Lap both(PlainLoop plain, int entries) throws Exception {
    CountDownLatch done = consumers.expect(entries);
    Lap start = Lap.start();
    publishTo("bench:{both}", entries);
    await(done);
    Lap lap = start.end();
    plain.command(Command.XTRIM, "bench:{both}", "MAXLEN", 0);
    return lap;
  }

  private static void await(CountDownLatch done) throws InterruptedException {
    if (!done.await(5, TimeUnit.MINUTES)) {
      throw new IllegalStateException("not all entries arrived");
    }
  }

  private CompletableFuture<Long> publishTo(String stream, int entries)
      throws InterruptedException {
    CompletableFuture<Long> done = new CompletableFuture<>();
    Semaphore waiting = new Semaphore(4 * PlainLoop.WINDOW);
    int[] left = {entries};
    long start = System.nanoTime();
    OutgoingRedisStreamMetadata to = OutgoingRedisStreamMetadata.create().withStream(stream);
    for (int i = 0; i < entries; i++) {
      waiting.acquire();
      out.send(
          Message.of(EMPTY_EVENT)
              .addMetadata(to)
              .addMetadata(event(i))
              .withAck(() -> {
                waiting.release();
                // Acknowledged on one event loop, so a plain counter will do.
                if (--left[0] == 0) {
                  done.complete(System.nanoTime() - start);
                }
                return CompletableFuture.completedFuture(null);
              })
              .withNack(failure -> {
                done.completeExceptionally(failure);
                return CompletableFuture.completedFuture(null);
              }));
    }
    return done;
  }

  private static OutgoingCloudEventMetadata<?> event(int number) {
    return OutgoingCloudEventMetadata.builder()
        .withId(Integer.toString(number))
        .withSource(SOURCE)
        .withType("bench.happened.v1")
        .build();
  }

  private static final URI SOURCE = URI.create("/bench");

  private static String server(PlainLoop plain) {
    String text = plain.command(Command.INFO, "server").toString();
    for (String line : text.split("\r\n")) {
      if (line.startsWith("valkey_version:")) {
        return "Valkey " + line.substring(15);
      }
    }
    for (String line : text.split("\r\n")) {
      if (line.startsWith("redis_version:")) {
        return "Redis " + line.substring(14);
      }
    }
    return "unknown";
  }

  private static void report(
      Map<String, double[]> rates, int entries, int rounds, String server, Path file)
      throws IOException {
    JsonObject medians = new JsonObject();
    JsonObject cpu = new JsonObject();
    rates.forEach((what, of) -> {
      if (what.endsWith(CPU_SUFFIX)) {
        cpu.put(what.replace(CPU_SUFFIX, ""), Math.round(100 * median(of)) / 100.0);
      } else {
        medians.put(what, Math.round(median(of)));
      }
    });
    JsonObject ratios = new JsonObject();
    for (String what : List.of("consume", "consume-batches")) {
      ratios.put(what, ratio(rates, what, "plain-consume"));
    }
    ratios.put("publish", ratio(rates, "publish", "plain-publish"));
    JsonObject result =
        new JsonObject()
            .put("benchmark", "connector")
            .put("at", Instant.now().toString())
            .put("server", server)
            .put("java", Runtime.version().toString())
            .put("processors", Runtime.getRuntime().availableProcessors())
            .put("entries", entries)
            .put("rounds", Math.max(1, rounds - 1))
            .put("medianPerSecond", medians)
            .put("ratioToPlainLoop", ratios)
            .put("clientCpuMicrosPerEntry", cpu)
            .put("loadAverage", Math.round(10 * CPU.getSystemLoadAverage()) / 10.0);
    System.out.println(result.encodePrettily());
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, result.encodePrettily() + "\n");
  }

  private static double ratio(Map<String, double[]> rates, String what, String to) {
    return Math.round(100 * median(rates.get(what)) / median(rates.get(to))) / 100.0;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
