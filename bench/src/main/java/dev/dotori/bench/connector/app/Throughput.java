package dev.dotori.bench.connector.app;

import com.sun.management.OperatingSystemMXBean;
import dev.dotori.bench.BenchmarkException;
import dev.dotori.bench.connector.Aim;
import dev.dotori.bench.connector.Effort;
import dev.dotori.bench.connector.PartResult;
import dev.dotori.bench.connector.Shape;
import io.smallrye.reactive.messaging.ChannelRegistry;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * How many entries a second pass in each shape. Each round goes through all of them in turn, so
 * that whatever else the machine does meets all alike.
 */
@Singleton
class Throughput {

  private static final int SMALL_BYTES = 100;
  private static final int LARGE_BYTES = 2_048;
  private static final List<Integer> CONSUMERS = List.of(1, 4);
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Vertx vertx;
  private final String redis;
  private final ChannelRegistry channels;
  private final Handlers handlers;
  private final Publisher publisher;

  private final Map<Case, List<Lap>> laps = new LinkedHashMap<>();
  private List<PlainLoop> loops;

  Throughput(
      Vertx vertx,
      @ConfigProperty(name = "quarkus.redis.hosts") String redis,
      ChannelRegistry channels,
      Handlers handlers,
      Publisher publisher) {
    this.vertx = vertx;
    this.redis = redis;
    this.channels = channels;
    this.handlers = handlers;
    this.publisher = publisher;
  }

  /**
   * One row of the result.
   *
   * @param consumers in one process; 0 when it publishes
   */
  private record Case(Shape shape, int bytes, int consumers) {

    Case plain() {
      return new Case(shape.plain(), bytes, consumers);
    }

    String stream() {
      return "bench:{%s-%d}".formatted(shape.id(), consumers);
    }

    String label() {
      return consumers == 0
          ? "%s, %s B".formatted(shape.label(), bytes)
          : "%s, %s B, %d consumer%s"
              .formatted(shape.label(), bytes, consumers, consumers == 1 ? "" : "s");
    }
  }

  /**
   * What one round of a case took.
   *
   * @param nanos by the clock
   * @param cpuNanos of this process alone; on a busy machine it says more than the clock
   */
  private record Lap(int entries, long nanos, long cpuNanos) {

    double perSecond() {
      return entries / (nanos / 1e9);
    }

    double cpuMicros() {
      return cpuNanos / 1e3 / entries;
    }
  }

  PartResult measure(Effort effort, Set<Shape> shapes) {
    List<Case> cases = cases(shapes);
    loops =
        IntStream.range(0, CONSUMERS.getLast())
            .mapToObj(i -> new PlainLoop(vertx, redis, "plain-" + i))
            .toList();
    try {
      // Redis rewrites its file between the laps only.
      control().command(Command.CONFIG, "SET", "auto-aof-rewrite-percentage", 0);
      for (int round = 0; round <= effort.rounds(); round++) {
        for (Case each : cases) {
          int entries = each.bytes() == SMALL_BYTES ? effort.entries() : effort.largeEntries();
          Lap lap = lap(each, entries);
          System.out.printf(
              "  %s  %-66s %,9.0f/s  %6.2f µs CPU%n",
              round == 0 ? "warm-up  " : "round %d/%d".formatted(round, effort.rounds()),
              each.label(),
              lap.perSecond(),
              lap.cpuMicros());
          if (round > 0) {
            laps.computeIfAbsent(each, none -> new ArrayList<>()).add(lap);
          }
        }
      }
    } finally {
      loops.forEach(PlainLoop::close);
    }
    return result(effort, cases);
  }

  private static List<Case> cases(Set<Shape> shapes) {
    List<Case> cases = new ArrayList<>();
    for (int bytes : List.of(SMALL_BYTES, LARGE_BYTES)) {
      shapes.stream()
          .filter(shape -> !shape.consumes())
          .forEach(shape -> cases.add(new Case(shape, bytes, 0)));
      for (int consumers : CONSUMERS) {
        shapes.stream()
            .filter(Shape::consumes)
            .forEach(shape -> cases.add(new Case(shape, bytes, consumers)));
      }
    }
    return cases;
  }

  private Lap lap(Case each, int entries) {
    byte[] payload = Entries.payload(each.bytes());
    Lap lap =
        switch (each.shape()) {
          case PLAIN_PUBLISH -> timed(entries, () -> fill(each, entries, payload));
          case PUBLISH -> timed(entries, () -> publisher.publish(each.stream(), entries, payload));
          case PUBLISH_KEYED -> timed(entries, () -> publisher.publishKeyed(entries, payload));
          case PLAIN -> plainConsume(each, entries, payload);
          case LOOP, CHUNK, ENTRY, KEYED -> consume(each, entries, payload);
        };
    streams(each).forEach(stream -> control().command(Command.XTRIM, stream, "MAXLEN", 0));
    rewriteFile();
    return lap;
  }

  private static Lap timed(int entries, Runnable work) {
    long cpu = PROCESS.getProcessCpuTime();
    long start = System.nanoTime();
    work.run();
    return new Lap(entries, System.nanoTime() - start, PROCESS.getProcessCpuTime() - cpu);
  }

  private Lap plainConsume(Case each, int entries, byte[] payload) {
    String stream = each.stream();
    fill(each, entries, payload);
    control().command(Command.XGROUP, "CREATE", stream, Entries.GROUP, "0");
    Lap lap =
        timed(
            entries,
            () -> {
              int consumed =
                  PlainLoop.consume(loops.subList(0, each.consumers()), stream, handlers::look);
              if (consumed != entries) {
                throw new BenchmarkException(
                    "the plain loop had %d entries of %d".formatted(consumed, entries));
              }
            });
    control().command(Command.XGROUP, "DESTROY", stream, Entries.GROUP);
    return lap;
  }

  /** The streams are filled while the channels are paused. */
  private Lap consume(Case each, int entries, byte[] payload) {
    List<String> consumers = channels(each);
    handlers.expect(entries);
    fill(each, entries, payload);
    Lap lap =
        timed(
            entries,
            () -> {
              consumers.forEach(channel -> channels.getPausable(channel).resume());
              handlers.await();
            });
    consumers.forEach(channel -> channels.getPausable(channel).pause());
    streams(each).forEach(this::awaitAcknowledged);
    return lap;
  }

  private void fill(Case each, int entries, byte[] payload) {
    String stream = each.stream();
    IntFunction<Request> entry =
        each.shape().isKeyed()
            ? i -> Entries.keyedXadd(stream, i, payload)
            : i -> Entries.xadd(stream, i, payload);
    control().publish(entries, entry);
  }

  /** A channel with several consumers is as many channels of SmallRye. */
  private static List<String> channels(Case each) {
    String name = "bench-%s-%d".formatted(each.shape().id(), each.consumers());
    return each.consumers() == 1
        ? List.of(name)
        : IntStream.rangeClosed(1, each.consumers()).mapToObj(i -> name + "$" + i).toList();
  }

  private static List<String> streams(Case each) {
    return each.shape().isKeyed()
        ? IntStream.range(0, Entries.PARTITIONS)
            .mapToObj(partition -> Entries.partition(each.stream(), partition))
            .toList()
        : List.of(each.stream());
  }

  private void awaitAcknowledged(String stream) {
    await(
        "entries of %s stay pending".formatted(stream),
        () -> control().command(Command.XPENDING, stream, Entries.GROUP).get(0).toInteger() == 0);
  }

  private void rewriteFile() {
    control().command(Command.BGREWRITEAOF);
    await(
        "Redis does not end its work on its file",
        () -> {
          String persistence = control().command(Command.INFO, "persistence").toString();
          return persistence.contains("aof_rewrite_in_progress:0")
              && persistence.contains("aof_rewrite_scheduled:0");
        });
  }

  private static void await(String complaint, BooleanSupplier condition) {
    long limit = System.nanoTime() + 30_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > limit) {
        throw new BenchmarkException(complaint);
      }
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchmarkException("interrupted");
      }
    }
  }

  private PlainLoop control() {
    return loops.getFirst();
  }

  // ---- the result

  private PartResult result(Effort effort, List<Case> cases) {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("shape", "entries/s", "of the plain loop's", "client CPU per entry"));
    List<Map<String, Object>> rows = new ArrayList<>();
    List<Aim> aims = new ArrayList<>();
    for (Case each : cases) {
      double perSecond = median(each, Lap::perSecond);
      double ratio = Math.round(100 * perSecond / median(each.plain(), Lap::perSecond)) / 100.0;
      double cpu = median(each, Lap::cpuMicros);
      table.add(
          List.of(
              each.label(),
              String.format(Locale.ROOT, "%,.0f", perSecond),
              String.format(Locale.ROOT, "%.2f", ratio),
              String.format(Locale.ROOT, "%.1f µs", cpu)));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("shape", each.shape().id());
      row.put("payloadBytes", each.bytes());
      if (each.consumers() > 0) {
        row.put("consumers", each.consumers());
      }
      row.put("perSecond", Math.round(perSecond));
      row.put("ofPlain", ratio);
      row.put("cpuMicrosPerEntry", Math.round(100 * cpu) / 100.0);
      row.put(
          "roundsPerSecond",
          laps.get(each).stream().map(lap -> Math.round(lap.perSecond())).toList());
      rows.add(row);
      each.shape().aim().ifPresent(aim -> aims.add(Aim.atLeast(aim, "", each.label(), ratio)));
    }
    return new PartResult(settings(effort), table, Map.of("shapes", rows), aims);
  }

  private static Map<String, Object> settings(Effort effort) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("entries", effort.entries());
    settings.put("entriesOfLargePayloads", effort.largeEntries());
    settings.put("rounds", effort.rounds());
    settings.put("plainReadCount", PlainLoop.READ_COUNT);
    settings.put("plainWindow", PlainLoop.WINDOW);
    settings.put("partitions", Entries.PARTITIONS);
    settings.put("channels", "default settings, pausable");
    settings.put("redis", "appendonly, everysec; its file rewritten between laps");
    settings.put(
        "javaOptions",
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("-X"))
            .toList());
    return settings;
  }

  private double median(Case each, ToDoubleFunction<Lap> of) {
    double[] sorted = laps.get(each).stream().mapToDouble(of).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
