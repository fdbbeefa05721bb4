package dev.dotori.bench.connector;

import dev.dotori.bench.BenchmarkException;
import dev.dotori.local.servers.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How long after {@code kill -9} of a consumer another one begins with the entries that it held.
 *
 * <p>Both are processes of their own. When the first is killed depends on chance, so that the kill
 * meets each moment between two renewals of a lease and between two searches for what was left.
 */
final class Recovery {

  private static final int HELD = 100;
  private static final int PAYLOAD_BYTES = 100;
  private static final long SEED = 1;
  private static final Duration START = Duration.ofSeconds(60);
  private static final double MARGIN_SECONDS = 1;

  private final RedisServer redis;
  private final Effort effort;
  private final Random random = new Random(SEED);

  Recovery(RedisServer redis, Effort effort) {
    this.redis = redis;
    this.effort = effort;
  }

  /** In seconds from the kill to the first entry in work again, and to the last one. */
  private record Taken(double first, double all) {}

  PartResult measure() {
    List<Taken> taken = new ArrayList<>();
    try (Streams streams = new Streams(redis)) {
      for (int i = 0; i < effort.recoveries(); i++) {
        Taken one = killOne("bench:{recovery-%d}".formatted(i), streams);
        System.out.printf(
            "  kill %d of %d: first entry after %.2f s, all %d after %.2f s%n",
            i + 1, effort.recoveries(), one.first(), HELD, one.all());
        taken.add(one);
      }
    }
    return result(taken);
  }

  private Taken killOne(String stream, Streams streams) {
    streams.fill(stream, HELD, PAYLOAD_BYTES);
    try (BenchProcess victim = consumer(stream)) {
      victim.await("began all", START);
      try (BenchProcess survivor = consumer(stream)) {
        survivor.await("ready", START);
        pause(random.nextInt(effort.leaseMillis()));
        if (survivor.hasSaid("began")) {
          throw new BenchmarkException("entries were taken from a consumer that was alive");
        }
        long killed = System.nanoTime();
        victim.kill();
        Duration longest =
            Duration.ofMillis(3L * (effort.leaseMillis() + effort.claimIntervalMillis()) + 10_000);
        long first = survivor.await("began first", longest).nanos();
        long all = survivor.await("began all", longest).nanos();
        return new Taken((first - killed) / 1e9, (all - killed) / 1e9);
      }
    }
  }

  private BenchProcess consumer(String stream) {
    return BenchProcess.start(
        redis,
        List.of(
            "-Xmx256m",
            "-Dmp.messaging.incoming.bench-hold.stream=" + stream,
            "-Dmp.messaging.incoming.bench-hold.lease=%dms".formatted(effort.leaseMillis()),
            "-Dmp.messaging.incoming.bench-hold.claim-interval=%dms"
                .formatted(effort.claimIntervalMillis())),
        "hold",
        Integer.toString(HELD));
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted");
    }
  }

  private PartResult result(List<Taken> taken) {
    double[] firsts = taken.stream().mapToDouble(Taken::first).sorted().toArray();
    double[] alls = taken.stream().mapToDouble(Taken::all).sorted().toArray();
    double longest = firsts[firsts.length - 1];
    double lease = effort.leaseMillis() / 1e3;
    double claimInterval = effort.claimIntervalMillis() / 1e3;
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("leaseSeconds", lease);
    settings.put("claimIntervalSeconds", claimInterval);
    settings.put("kills", taken.size());
    settings.put("entriesHeld", HELD);
    settings.put("payloadBytes", PAYLOAD_BYTES);
    settings.put("seed", SEED);
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("firstEntrySeconds", rounded(firsts));
    figures.put("allEntriesSeconds", rounded(alls));
    return new PartResult(
        settings,
        List.of(
            List.of("from kill -9 to", "shortest", "median", "longest"),
            row("the first entry in work again", firsts),
            row("all " + HELD + " in work again", alls)),
        figures,
        List.of(
            Aim.atMost(
                lease + claimInterval + MARGIN_SECONDS,
                "s",
                "recovery, lease %.1f s, claim interval %.1f s".formatted(lease, claimInterval),
                longest)));
  }

  private static List<String> row(String what, double[] sorted) {
    return List.of(
        what,
        "%.2f s".formatted(sorted[0]),
        "%.2f s".formatted(sorted[sorted.length / 2]),
        "%.2f s".formatted(sorted[sorted.length - 1]));
  }

  private static double[] rounded(double[] seconds) {
    return Arrays.stream(seconds).map(value -> Math.round(100 * value) / 100.0).toArray();
  }
}
