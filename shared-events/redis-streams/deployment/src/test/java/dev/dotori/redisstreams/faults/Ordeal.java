package dev.dotori.redisstreams.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.local.servers.RedisServer;
import dev.dotori.local.servers.RespConnection;
import dev.dotori.local.servers.UnreliableProxy;
import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Processes that consume while they, their network and Redis are killed, paused and cut off, by a
 * schedule that follows from a seed. In the end all that was published must have been done, and the
 * journals must show that the promises were kept on the way.
 *
 * <p>The schedule repeats with its seed; how the processes of the operating system interleave with
 * it does not, so a failure may need several runs to show again.
 */
final class Ordeal {

  static final Duration LEASE = Duration.ofSeconds(2);
  static final Duration CLAIM_INTERVAL = Duration.ofMillis(400);

  private static final String STREAM = "ordeal:{entries}";
  private static final String GROUP = "crew";
  private static final int KEYS = 20;

  /** What may happen. */
  enum Fault {
    KILL_CONSUMER,
    PAUSE_CONSUMER,
    REPLACE_CONSUMER,
    KILL_REDIS,
    PAUSE_REDIS,
    CUT,
    RESET,
    HALF_OPEN,
    LATENCY;

    boolean isOfConsumers() {
      return switch (this) {
        case KILL_CONSUMER, PAUSE_CONSUMER, REPLACE_CONSUMER -> true;
        case KILL_REDIS, PAUSE_REDIS, CUT, RESET, HALF_OPEN, LATENCY -> false;
      };
    }
  }

  private final long seed;
  private final Duration duration;
  private final List<Fault> faults;
  private final int consumers;
  private final int partitions;
  private final Path directory;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final Set<Item> published = ConcurrentHashMap.newKeySet();
  private final Queue<Throwable> refused = new ConcurrentLinkedQueue<>();

  /**
   * @param partitions 0 for entries that any consumer may get, in any order
   */
  Ordeal(
      long seed,
      Duration duration,
      Set<Fault> faults,
      int consumers,
      int partitions,
      Path directory) {
    this.seed = seed;
    this.duration = duration;
    this.faults = faults.stream().sorted().toList();
    this.consumers = consumers;
    this.partitions = partitions;
    this.directory = directory;
  }

  void run() {
    say("%s, %d consumers, partitions=%d, in %s", faults, consumers, partitions, directory);
    Vertx vertx = Vertx.vertx();
    try (RedisServer redis = RedisServer.temporary().with("appendfsync", "always").start();
        UnreliableProxy network = new UnreliableProxy(redis.port());
        Crew crew =
            new Crew(
                redis.url().replaceAll(":\\d+$", ":" + network.port()),
                directory,
                20,
                partitions == 0 ? 20 : 0,
                incoming());
        PlainPublisher publisher =
            PlainPublisher.start(vertx, PlainChannels.options(List.of(redis.url())), outgoing())) {
      for (int i = 0; i < consumers; i++) {
        crew.hire();
      }
      torment(redis, network, crew, publisher);
      network.speak();
      network.latency(Duration.ZERO);
      crew.resumeAll();
      awaitTheEnd(redis);
      for (Crew.Member member : crew.working()) {
        crew.dismiss(member);
      }
      check(crew);
    } finally {
      vertx.close();
    }
  }

  private Map<String, String> incoming() {
    Map<String, String> attributes =
        new HashMap<>(
            Map.of(
                "stream", STREAM,
                "group", GROUP,
                "lease", LEASE.toMillis() + "ms",
                "claim-interval", CLAIM_INTERVAL.toMillis() + "ms",
                "block", "500ms",
                "max-in-flight", "50",
                // What it kills is the consumers' bad luck here, and not the entry's doing.
                "max-deliveries", "0",
                "retry-delay", "50ms",
                "retry-attempts", "1000"));
    if (partitions > 0) {
      attributes.put("partitions", Integer.toString(partitions));
    }
    return attributes;
  }

  private Map<String, String> outgoing() {
    Map<String, String> attributes =
        new HashMap<>(Map.of("stream", STREAM, "publish-timeout", "10m"));
    if (partitions > 0) {
      attributes.put("partitions", Integer.toString(partitions));
    }
    return attributes;
  }

  // ---- what happens

  private void torment(
      RedisServer redis, UnreliableProxy network, Crew crew, PlainPublisher publisher) {
    Random random = new Random(seed);
    long start = System.nanoTime();
    long nextFault = start + millis(1_500);
    long nextReport = start + millis(10_000);
    // Ends of what lasts, such as a pause.
    List<Ending> endings = new ArrayList<>();
    for (long now = start; now - start < duration.toNanos(); now = System.nanoTime()) {
      publish(publisher, random);
      for (Ending ending : List.copyOf(endings)) {
        if (ending.at < now) {
          endings.remove(ending);
          ending.action.run();
        }
      }
      if (now > nextFault) {
        Fault fault = faults.get(random.nextInt(faults.size()));
        long lasts = millis(200 + random.nextInt((int) LEASE.toMillis() * 2));
        int victim = random.nextInt(consumers);
        Runnable ending = inflict(fault, victim, redis, network, crew);
        endings.add(new Ending(System.nanoTime() + lasts, ending));
        nextFault = System.nanoTime() + millis(300 + random.nextInt(1_500));
      }
      if (now > nextReport) {
        say("%d s: %d published", (now - start) / 1_000_000_000, published.size());
        nextReport += millis(10_000);
      }
      sleep(5);
    }
    endings.forEach(ending -> ending.action.run());
  }

  private record Ending(long at, Runnable action) {}

  /** Answers how to end it. */
  private Runnable inflict(
      Fault fault, int victim, RedisServer redis, UnreliableProxy network, Crew crew) {
    List<Crew.Member> working = crew.working();
    Crew.Member member = working.isEmpty() ? null : working.get(victim % working.size());
    Runnable nothing = () -> {};
    crew.note(fault.toString());
    switch (fault) {
      case KILL_CONSUMER -> {
        if (member != null) {
          crew.kill(member);
          return crew::hire;
        }
      }
      case PAUSE_CONSUMER -> {
        if (member != null) {
          crew.pause(member);
          return () -> crew.resume(member);
        }
      }
      case REPLACE_CONSUMER -> {
        if (member != null) {
          crew.hire();
          crew.dismiss(member);
        }
      }
      case KILL_REDIS -> {
        if (redis.isAlive()) {
          redis.kill();
          return redis::restart;
        }
      }
      case PAUSE_REDIS -> {
        if (redis.isAlive()) {
          redis.pause();
          return () -> {
            if (redis.isAlive()) {
              redis.resume();
            }
          };
        }
      }
      case CUT -> network.cut();
      case RESET -> network.reset();
      case HALF_OPEN -> {
        network.halfOpen();
        return network::speak;
      }
      case LATENCY -> {
        network.latency(Duration.ofMillis(50));
        return () -> network.latency(Duration.ZERO);
      }
    }
    return nothing;
  }

  private void publish(PlainPublisher publisher, Random random) {
    String key = "k" + random.nextInt(KEYS);
    Item item = new Item(key, numbers.merge(key, 1, Integer::sum) - 1);
    publisher
        .send(item.toString(), OutgoingRedisStreamMetadata.create().withKey(key))
        .whenComplete((ok, failure) -> {
          if (failure == null) {
            published.add(item);
          } else {
            refused.add(failure);
          }
        });
  }

  // ---- how it must end

  private void awaitTheEnd(RedisServer redis) {
    int sent = numbers.values().stream().mapToInt(Integer::intValue).sum();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          assertThat(refused).isEmpty();
          assertThat(published).hasSize(sent);
          assertThat(unfinished(redis)).isEmpty();
        });
  }

  /** The streams of which something was not delivered, or not acknowledged. */
  @SuppressWarnings("unchecked")
  private List<String> unfinished(RedisServer redis) {
    List<String> unfinished = new ArrayList<>();
    try (RespConnection connection = RespConnection.to(redis.url())) {
      for (Object key : (List<Object>) connection.call("KEYS", STREAM + "*")) {
        switch ((String) connection.call("TYPE", key)) {
          case "stream" -> {
            List<Object> groups = (List<Object>) connection.call("XINFO", "GROUPS", key);
            if (groups.isEmpty()) {
              unfinished.add(key + ": nobody reads it");
            }
            for (Object row : groups) {
              List<Object> group = (List<Object>) row;
              Object read = group.get(group.indexOf("last-delivered-id") + 1);
              long pending = (Long) group.get(group.indexOf("pending") + 1);
              List<?> unread = (List<?>) connection.call("XRANGE", key, "(" + read, "+");
              if (pending > 0 || !unread.isEmpty()) {
                unfinished.add(key + ": " + pending + " pending, " + unread.size() + " unread");
              }
            }
          }
          case "zset" -> {
            if (key.toString().contains(":delayed:")) {
              unfinished.add(key + ": " + connection.call("ZCARD", key) + " delayed");
            }
          }
          default -> {
            // No entries in it.
          }
        }
      }
    } catch (UncheckedIOException e) {
      unfinished.add("Redis is away");
    }
    return unfinished;
  }

  private void check(Crew crew) {
    Checks checks = new Checks(crew);
    say(
        "%d published, %d begun by %d processes",
        published.size(), checks.begun(), crew.all().size());
    checks.nothingIsMissing(published);
    if (faults.stream().allMatch(Fault::isOfConsumers)) {
      // Else the other's lease may have ended too: it could not be renewed.
      checks.pausedProcessesBeginNothingThatIsTaken();
    }
    if (partitions > 0) {
      checks.orderPerKey();
    }
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void say(String text, Object... arguments) {
    System.out.printf("ordeal, seed %d: " + text + "%n", prepend(seed, arguments));
  }

  private static Object[] prepend(Object first, Object... rest) {
    Object[] all = new Object[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }
}
