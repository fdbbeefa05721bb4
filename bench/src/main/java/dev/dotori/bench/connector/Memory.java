package dev.dotori.bench.connector;

import dev.dotori.bench.BenchmarkException;
import dev.dotori.local.servers.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/**
 * The memory of a consumer whose handler blocks while far more entries wait than fit into it, and
 * then while it works all of them off.
 *
 * <p>The heap is measured after a collection; all of it is touched at the start, so that resident
 * memory grows only by what is outside of it. Flat means that the second half of the samples is not
 * above the first half.
 */
final class Memory {

  private static final String STREAM = "bench:{memory}";
  private static final int PAYLOAD_BYTES = 100;
  private static final int HEAP_MIB = 256;
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration WORKING_OFF = Duration.ofMinutes(10);

  /** What compiled code and a different number of entries in flight may make of it. */
  private static final double LARGEST_GROWTH_PERCENT = 10;

  private static final double MIB = 1 << 20;

  private final RedisServer redis;
  private final Effort effort;

  Memory(RedisServer redis, Effort effort) {
    this.redis = redis;
    this.effort = effort;
  }

  /**
   * @param heap after a collection, MiB
   * @param resident MiB; negative where the system doesn't tell
   * @param done entries worked off
   */
  private record Sample(double heap, double resident, long done) {}

  PartResult measure() {
    try (Streams streams = new Streams(redis)) {
      System.out.printf("  filling a stream with %,d entries%n", effort.memoryEntries());
      streams.fill(STREAM, effort.memoryEntries(), PAYLOAD_BYTES);
      try (BenchProcess consumer =
          BenchProcess.start(
              redis,
              List.of(
                  "-Xms%dm".formatted(HEAP_MIB),
                  "-Xmx%dm".formatted(HEAP_MIB),
                  "-XX:+AlwaysPreTouch",
                  "-Dmp.messaging.incoming.bench-hold.stream=" + STREAM),
              "hold",
              "1")) {
        consumer.await("began first", START);
        List<Sample> blocked = blocked(consumer);
        long pending = streams.pending(STREAM);
        consumer.tell("release");
        List<Sample> working = working(consumer);
        return result(blocked, working, pending);
      }
    }
  }

  private List<Sample> blocked(BenchProcess consumer) {
    System.out.printf("  the handler blocks for %d s%n", effort.blockedSeconds());
    List<Sample> samples = new ArrayList<>();
    int count = effort.blockedSeconds() * effort.samplesPerSecond();
    for (int i = 0; i < count; i++) {
      samples.add(sample(consumer));
      if (i % (10 * effort.samplesPerSecond()) == 0) {
        show(samples.getLast());
      }
    }
    return samples;
  }

  private List<Sample> working(BenchProcess consumer) {
    System.out.println("  the handler works the stream off");
    List<Sample> samples = new ArrayList<>();
    long limit = System.nanoTime() + WORKING_OFF.toNanos();
    while (samples.isEmpty() || samples.getLast().done() < effort.memoryEntries()) {
      if (System.nanoTime() > limit) {
        throw new BenchmarkException(
            "only %,d entries were worked off within %d minutes"
                .formatted(samples.getLast().done(), WORKING_OFF.toMinutes()));
      }
      samples.add(sample(consumer));
      if (samples.size() % (5 * effort.samplesPerSecond()) == 0) {
        show(samples.getLast());
      }
    }
    return samples;
  }

  private Sample sample(BenchProcess consumer) {
    try {
      Thread.sleep(1_000 / effort.samplesPerSecond());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted");
    }
    consumer.tell("sample");
    String[] words = consumer.await("sample ", ANSWER).text().split(" ");
    OptionalLong resident = consumer.residentBytes();
    return new Sample(
        Long.parseLong(words[1]) / MIB,
        resident.isPresent() ? resident.getAsLong() / MIB : -1,
        Long.parseLong(words[2]));
  }

  private static void show(Sample sample) {
    System.out.printf(
        "    heap %.1f MiB, resident %.0f MiB, %,d done%n",
        sample.heap(), sample.resident(), sample.done());
  }

  private PartResult result(List<Sample> blocked, List<Sample> working, long pending) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("entries", effort.memoryEntries());
    settings.put("payloadBytes", PAYLOAD_BYTES);
    settings.put("heapMiB", HEAP_MIB);
    settings.put("blockedSeconds", effort.blockedSeconds());
    settings.put("samplesPerSecond", effort.samplesPerSecond());
    settings.put("maxInFlight", "default");
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("heldWhileBlocked", pending);
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("", "first half", "second half", "growth"));
    List<Aim> aims = new ArrayList<>();
    compare("heap, handler blocked", blocked, Sample::heap, table, aims);
    compare("heap, working off", working, Sample::heap, table, aims);
    if (blocked.getFirst().resident() >= 0) {
      compare("resident memory, handler blocked", blocked, Sample::resident, table, aims);
      compare("resident memory, working off", working, Sample::resident, table, aims);
    }
    figures.put("blocked", samples(blocked));
    figures.put("workingOff", samples(working));
    return new PartResult(settings, table, figures, aims);
  }

  private static Map<String, Object> samples(List<Sample> samples) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("heapMiB", rounded(samples, Sample::heap));
    figures.put("residentMiB", rounded(samples, Sample::resident));
    return figures;
  }

  private static double[] rounded(List<Sample> samples, ToDoubleFunction<Sample> of) {
    return samples.stream().mapToDouble(of).map(Memory::rounded).toArray();
  }

  private static double rounded(double value) {
    return Math.round(10 * value) / 10.0;
  }

  private static void compare(
      String what,
      List<Sample> samples,
      ToDoubleFunction<Sample> of,
      List<List<String>> table,
      List<Aim> aims) {
    int middle = samples.size() / 2;
    double before = median(samples.subList(0, Math.max(1, middle)), of);
    double after = median(samples.subList(middle, samples.size()), of);
    double growth = 100 * (after - before) / before;
    table.add(
        List.of(
            what,
            "%.1f MiB".formatted(before),
            "%.1f MiB".formatted(after),
            "%.1f %%".formatted(growth)));
    aims.add(Aim.atMost(LARGEST_GROWTH_PERCENT, "%", what + ", growth", rounded(growth)));
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> of) {
    double[] sorted = samples.stream().mapToDouble(of).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
