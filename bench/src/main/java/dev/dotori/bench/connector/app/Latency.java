package dev.dotori.bench.connector.app;

import dev.dotori.bench.BenchmarkException;
import dev.dotori.bench.Latencies;
import dev.dotori.bench.connector.Aim;
import dev.dotori.bench.connector.Effort;
import dev.dotori.bench.connector.PartResult;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The time from when an entry was meant to be published to its handler, at fixed rates. An entry
 * that could not be published in time because others were slow so counts with all of its delay.
 */
@Singleton
class Latency {

  private static final int LOW_RATE = 100;
  private static final int PAYLOAD_BYTES = 100;
  private static final int PEAK_WARM_UPS = 2;
  private static final int PEAK_ROUNDS = 3;
  private static final int NOT_COUNTED = 10; // one of so many, at the beginning
  private static final double LONGEST_P99_MILLIS = 5;
  private static final String STREAM = "bench:{latency}";
  private static final String PLAIN_STREAM = "bench:{latency-plain}";

  private final Vertx vertx;
  private final String redis;
  private final Handlers handlers;
  private final Publisher publisher;

  Latency(
      Vertx vertx,
      @ConfigProperty(name = "quarkus.redis.hosts") String redis,
      Handlers handlers,
      Publisher publisher) {
    this.vertx = vertx;
    this.redis = redis;
    this.handlers = handlers;
    this.publisher = publisher;
  }

  /** What sends entries, and has their payloads given to {@link Run#received}. */
  private interface Way {
    void prepare(Run run);

    void send(int number, byte[] payload, Run run);
  }

  PartResult measure(Effort effort) {
    try (PlainLoop sender = new PlainLoop(vertx, redis, "plain-sender");
        PlainLoop receiver = new PlainLoop(vertx, redis, "plain-receiver")) {
      sender.command(Command.CONFIG, "SET", "auto-aof-rewrite-percentage", 0);
      sender.command(Command.XGROUP, "CREATE", PLAIN_STREAM, Entries.GROUP, "0", "MKSTREAM");
      Map<String, Way> ways = new LinkedHashMap<>();
      ways.put("plain", new Plain(sender, receiver));
      ways.put("connector", new Connector());
      double peak = peak(effort.entries());
      List<Measured> all = new ArrayList<>();
      for (int rate : List.of(LOW_RATE, (int) Math.max(LOW_RATE, peak / 2))) {
        ways.forEach((name, way) -> {
          Measured measured = measure(name, way, rate, effort.latencySeconds());
          System.out.printf("  %s, %,d/s: %s%n", name, rate, measured.latencies());
          all.add(measured);
          for (String stream : List.of(STREAM, PLAIN_STREAM)) {
            sender.command(Command.XTRIM, stream, "MAXLEN", 0);
          }
        });
      }
      return result(effort, peak, all);
    }
  }

  /** Entries a second that are published and consumed at the same time. */
  private double peak(int entries) {
    byte[] payload = Entries.payload(PAYLOAD_BYTES);
    double[] rates = new double[PEAK_ROUNDS];
    for (int round = -PEAK_WARM_UPS; round < PEAK_ROUNDS; round++) {
      handlers.follow(handlers::one);
      handlers.expect(entries);
      long start = System.nanoTime();
      publisher.publish(STREAM, entries, payload);
      handlers.await();
      double rate = entries / ((System.nanoTime() - start) / 1e9);
      System.out.printf(
          "  %s  published and consumed at once %,9.0f/s%n",
          round < 0 ? "warm-up  " : "round %d/%d".formatted(round + 1, PEAK_ROUNDS), rate);
      if (round >= 0) {
        rates[round] = rate;
      }
    }
    Arrays.sort(rates);
    return rates[PEAK_ROUNDS / 2];
  }

  private record Measured(String way, int rate, Latencies latencies, Latencies lateness) {}

  private static Measured measure(String name, Way way, int rate, int seconds) {
    System.out.printf("  %s at %,d/s for %d s%n", name, rate, seconds);
    Run run = new Run(rate, seconds);
    way.prepare(run);
    run.send(way);
    return new Measured(name, rate, Latencies.of(run.counted(run.times)), run.lateness());
  }

  private final class Connector implements Way {
    @Override
    public void prepare(Run run) {
      handlers.follow(run::received);
    }

    @Override
    public void send(int number, byte[] payload, Run run) {
      publisher.publishOne(STREAM, number, payload, run::failed);
    }
  }

  private record Plain(PlainLoop sender, PlainLoop receiver) implements Way {
    @Override
    public void prepare(Run run) {
      receiver.follow(PLAIN_STREAM, run.entries, run::received).onFailure(run::failed);
    }

    @Override
    public void send(int number, byte[] payload, Run run) {
      sender.send(Entries.xadd(PLAIN_STREAM, number, payload)).onFailure(run::failed);
    }
  }

  /** Entries at one rate. */
  private static final class Run {
    private static final long LEAD_NANOS = 100_000_000;
    private static final int SECONDS_BETWEEN_SIGNS = 10;

    final int entries;
    private final int rate;
    final long[] times;
    private final long[] late;
    private final double nanosBetween;
    private final AtomicInteger left;
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private long start;

    Run(int rate, int seconds) {
      this.entries = rate * seconds;
      this.rate = rate;
      this.times = new long[entries];
      this.late = new long[entries];
      this.nanosBetween = 1e9 / rate;
      this.left = new AtomicInteger(entries);
    }

    private long intended(int number) {
      return start + (long) (number * nanosBetween);
    }

    void send(Way way) {
      start = System.nanoTime() + LEAD_NANOS;
      for (int i = 0; i < entries && failure.get() == null; i++) {
        for (long wait; (wait = intended(i) - System.nanoTime()) > 0; ) {
          LockSupport.parkNanos(wait);
        }
        byte[] payload = Entries.payload(PAYLOAD_BYTES);
        ByteBuffer.wrap(payload).putInt(i);
        late[i] = System.nanoTime() - intended(i);
        way.send(i, payload, this);
        if (i > 0 && i % (rate * SECONDS_BETWEEN_SIGNS) == 0) {
          System.out.printf("    after %d s%n", i / rate);
        }
      }
      await();
    }

    void received(byte[] payload) {
      int number = ByteBuffer.wrap(payload).getInt();
      times[number] = System.nanoTime() - intended(number);
      if (left.decrementAndGet() == 0) {
        end.countDown();
      }
    }

    void failed(Throwable reason) {
      failure.compareAndSet(null, reason);
      end.countDown();
    }

    private void await() {
      try {
        if (!end.await(60, TimeUnit.SECONDS)) {
          throw new BenchmarkException(
              "%d of %d entries did not arrive".formatted(left.get(), entries));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchmarkException("interrupted");
      }
      if (failure.get() != null) {
        throw new BenchmarkException("a message was not published", failure.get());
      }
    }

    long[] counted(long[] all) {
      return Arrays.copyOfRange(all, entries / NOT_COUNTED, entries);
    }

    Latencies lateness() {
      return Latencies.of(counted(late));
    }
  }

  // ---- the result

  private static PartResult result(Effort effort, double peak, List<Measured> all) {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("publish to handler", "p50", "p99", "p99.9", "max"));
    List<Map<String, Object>> rows = new ArrayList<>();
    List<Aim> aims = new ArrayList<>();
    for (Measured each : all) {
      Latencies of = each.latencies();
      table.add(
          List.of(
              "%s, %,d/s".formatted(each.way(), each.rate()),
              "%.2f ms".formatted(of.p50Millis()),
              "%.2f ms".formatted(of.p99Millis()),
              "%.2f ms".formatted(of.p999Millis()),
              "%.2f ms".formatted(of.maxMillis())));
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("of", each.way());
      row.put("perSecond", each.rate());
      row.put("publishToHandler", of);
      row.put("sentTooLate", each.lateness());
      rows.add(row);
      if (each.way().equals("connector") && each.rate() == LOW_RATE) {
        aims.add(
            Aim.atMost(
                LONGEST_P99_MILLIS, "ms", "p99 at %d/s".formatted(LOW_RATE), of.p99Millis()));
      }
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("payloadBytes", PAYLOAD_BYTES);
    settings.put("secondsAtEachRate", effort.latencySeconds());
    settings.put("notCounted", "the first tenth");
    settings.put("peakEntries", effort.entries());
    settings.put("handler", "on the event loop");
    settings.put("redis", "appendonly, everysec");
    settings.put(
        "javaOptions",
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("-X"))
            .toList());
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("peakPerSecond", Math.round(peak));
    figures.put("rates", rows);
    return new PartResult(settings, table, figures, aims);
  }
}
