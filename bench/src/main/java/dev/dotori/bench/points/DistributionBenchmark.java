package dev.dotori.bench.points;

import dev.dotori.bench.Latencies;
import dev.dotori.bench.RedisConnection;
import dev.dotori.events.DomainEvent;
import dev.dotori.events.EventCodec;
import dev.dotori.events.EventTypes;
import dev.dotori.events.MemberRegistered;
import dev.dotori.events.MoneyAmount;
import dev.dotori.events.PointsDistributed;
import dev.dotori.events.Portion;
import dev.dotori.events.ProgramTerms;
import dev.dotori.events.PurchaseRecorded;
import dev.dotori.events.StoreRegistered;
import dev.dotori.local.servers.Durability;
import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.servers.RedisServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How many purchases a second the points service distributes, from one stream to the other, and how
 * long a purchase takes from its acceptance to its distribution.
 *
 * <p>One points process, API and worker, beside a database that flushes its log at every commit and
 * Redis with its append-only file; all on this machine, with this program as the only client.
 */
@Command(
    name = "distribution",
    description = "Distributions per second, and accepted to distributed.",
    mixinStandardHelpOptions = true)
public final class DistributionBenchmark implements Callable<Integer> {

  private static final String RECORDED = "dotori:{purchase.recorded}";
  private static final String DISTRIBUTED = "dotori:{points.distributed}";
  private static final int PIPELINE = 500;
  private static final int WARM_UP_SECONDS = 15;
  private static final Duration LIMIT = Duration.ofSeconds(Integer.getInteger("bench.limit", 300));

  @Option(names = "--purchases", description = "Distributed and counted.", defaultValue = "100000")
  private int purchases;

  @Option(
      names = "--warm-up",
      description = "Distributed before, so that the code is compiled.",
      defaultValue = "150000")
  private int warmUp;

  @Option(names = "--members", defaultValue = "1000")
  private int memberCount;

  @Option(names = "--participants", description = "Of each purchase.", defaultValue = "4")
  private int participants;

  @Option(names = "--rate", description = "Purchases a second over HTTP.", defaultValue = "100")
  private int rate;

  @Option(names = "--seconds", description = "For how long.", defaultValue = "30")
  private int seconds;

  @Option(names = "--seed", defaultValue = "1")
  private long seed;

  @Option(names = "--set", description = "Environment of the points process, NAME=value.")
  private Map<String, String> environment = new LinkedHashMap<>();

  private final EventCodec codec = new EventCodec();
  private final UUID store = UUID.randomUUID();
  private List<UUID> members;
  private Random random;

  @Override
  public Integer call() throws Exception {
    random = new Random(seed);
    members = new ArrayList<>();
    for (int i = 0; i < memberCount; i++) {
      members.add(new UUID(random.nextLong(), random.nextLong()));
    }
    Path root = Path.of(System.getProperty("dotori.root", "."));
    Path work = Files.createTempDirectory("dotori-bench");
    StoreToken tokens = new StoreToken();
    tokens.writeKeys(work.resolve("jwks.json"));
    try (MySqlServer mysql = MySqlServer.temporary(Durability.POWER_FAILURE).start();
        RedisServer redis = RedisServer.temporary().start();
        RedisConnection connection = new RedisConnection(redis.url());
        Connection database = mysql.admin();
        PointsProcess points =
            PointsProcess.start(
                root,
                mysql.createSchema("points", "bench"),
                redis,
                work.resolve("jwks.json"),
                work.resolve("points.log"),
                environment)) {
      Servers servers = new Servers(mysql, redis, connection, database, points);
      introduce(servers);
      System.out.println("warm-up: " + distribute(servers, warmUp));
      Throughput throughput = distribute(servers, purchases);
      System.out.println(throughput);
      accept(servers, tokens.of(store), WARM_UP_SECONDS);
      Waiting waiting = accept(servers, tokens.of(store), seconds);
      System.out.println(waiting);
      long difference = difference(database);
      System.out.println("entries against balances: " + (difference == 0 ? "equal" : "NOT EQUAL"));
      write(root, servers, throughput, waiting);
      return difference == 0 ? 0 : 1;
    } finally {
      System.out.println("log of the points process: " + work.resolve("points.log"));
    }
  }

  private record Servers(
      MySqlServer mysql,
      RedisServer redis,
      RedisConnection connection,
      Connection database,
      PointsProcess points) {

    Duration pointsCpu() {
      return cpu(points.handle());
    }

    Duration mysqlCpu() {
      return cpu(ProcessHandle.of(mysql.pid()).orElseThrow());
    }

    Duration redisCpu() {
      return cpu(ProcessHandle.of(redis.pid()).orElseThrow());
    }

    private static Duration cpu(ProcessHandle process) {
      return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }
  }

  /**
   * @param perSecond from the first purchase in to the last distribution out
   * @param pointsCpuMicros CPU time of the process for each, of all its threads
   */
  private record Throughput(
      int purchases,
      double perSecond,
      double pointsCpuMicros,
      double mysqlCpuMicros,
      double redisCpuMicros) {

    @Override
    public String toString() {
      return "%d distributed, %.0f/s; CPU each: points %.0f µs, database %.0f µs, Redis %.0f µs"
          .formatted(purchases, perSecond, pointsCpuMicros, mysqlCpuMicros, redisCpuMicros);
    }
  }

  /**
   * @param accepted from the request to its 202
   * @param distributed from that 202 to the distribution's entry in its stream
   */
  private record Waiting(int rate, int failed, Latencies accepted, Latencies distributed) {

    @Override
    public String toString() {
      return "%d purchases/s: accepted in %s; then distributed in %s; failed %d"
          .formatted(rate, accepted, distributed, failed);
    }
  }

  /** Makes the store and the members known, and waits until they are. */
  private void introduce(Servers servers) throws IOException, SQLException {
    Instant now = Instant.now();
    ProgramTerms terms = new ProgramTerms("0.1", 0, null, 20, 60, 20);
    List<DomainEvent> events = new ArrayList<>();
    events.add(new StoreRegistered(store, "Bench", "USD", terms, now));
    members.forEach(member -> events.add(new MemberRegistered(member, "Someone", now)));
    publish(servers.connection(), events);
    await(() -> number(servers.database(), "SELECT COUNT(*) FROM points.member") == memberCount);
  }

  private Throughput distribute(Servers servers, int count) throws IOException {
    List<DomainEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(purchase());
    }
    long before = length(servers.connection(), DISTRIBUTED);
    Duration pointsCpu = servers.pointsCpu();
    Duration mysqlCpu = servers.mysqlCpu();
    Duration redisCpu = servers.redisCpu();
    long start = System.nanoTime();
    publish(servers.connection(), events);
    try {
      await(() -> length(servers.connection(), DISTRIBUTED) >= before + count);
    } catch (IllegalStateException stalled) {
      throw new IllegalStateException(whereItStands(servers), stalled);
    }
    double took = (System.nanoTime() - start) / 1e9;
    return new Throughput(
        count,
        count / took,
        micros(servers.pointsCpu().minus(pointsCpu), count),
        micros(servers.mysqlCpu().minus(mysqlCpu), count),
        micros(servers.redisCpu().minus(redisCpu), count));
  }

  /** For the one who looks for what stands still. */
  private static String whereItStands(Servers servers) throws IOException {
    return "recorded %d, pending %s, posted %d, events %d (unsent %d), distributed %d"
        .formatted(
            length(servers.connection(), RECORDED),
            servers.connection().call(List.of("XPENDING", RECORDED, "points")),
            number(servers.database(), "SELECT COUNT(*) FROM points.ledger_transaction"),
            number(servers.database(), "SELECT COUNT(*) FROM points.outbox"),
            number(servers.database(), "SELECT COUNT(*) FROM points.outbox WHERE entry_ms IS NULL"),
            length(servers.connection(), DISTRIBUTED));
  }

  private static double micros(Duration duration, int count) {
    return duration.toNanos() / 1e3 / count;
  }

  private PurchaseRecorded purchase() {
    Instant now = Instant.now();
    UUID id = timeOrderedId();
    List<Portion> portions = new ArrayList<>();
    long earned = 0;
    for (UUID member : someMembers()) {
      long points = 1 + random.nextInt(500);
      portions.add(new Portion(member, 1, points));
      earned += points;
    }
    return new PurchaseRecorded(
        id,
        store,
        portions.getFirst().memberId(),
        new MoneyAmount(earned * 10, "USD"),
        id.toString(),
        1,
        earned,
        null,
        portions,
        now,
        now);
  }

  /** A UUIDv7, as purchases have: its index grows at its end. */
  private UUID timeOrderedId() {
    long time = System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(0x1000);
    return new UUID(time, random.nextLong() & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L);
  }

  private List<UUID> someMembers() {
    return random
        .ints(0, memberCount)
        .distinct()
        .limit(participants)
        .mapToObj(members::get)
        .toList();
  }

  /** Posts purchases at the rate, whatever the answers take, and sees when each is distributed. */
  private Waiting accept(Servers servers, String token, int seconds)
      throws IOException, InterruptedException, GeneralSecurityException {
    int count = rate * seconds;
    Map<String, Long> acceptedAt = new ConcurrentHashMap<>();
    Map<String, Long> distributedAt = new ConcurrentHashMap<>();
    long[] acceptance = new long[count];
    AtomicInteger failed = new AtomicInteger();
    AtomicInteger answered = new AtomicInteger();
    Thread reader = Thread.ofPlatform().start(() -> read(servers.redis().url(), distributedAt));
    Thread.sleep(200);
    // As the gateway speaks to services: over HTTP/2 all requests would share one connection.
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        int index = i;
        LockSupport.parkNanos(start + i * 1_000_000_000L / rate - System.nanoTime());
        long sent = System.nanoTime();
        client
            .sendAsync(request(servers.points(), token), HttpResponse.BodyHandlers.ofString())
            .whenComplete((response, failure) -> {
              long now = System.nanoTime();
              acceptance[index] = now - sent;
              if (failure == null && response.statusCode() == 202) {
                String location = response.headers().firstValue("Location").orElseThrow();
                acceptedAt.put(location.substring(location.lastIndexOf('/') + 1), now);
              } else {
                failed.incrementAndGet();
              }
              answered.incrementAndGet();
            });
      }
      await(
          () -> answered.get() == count && distributedAt.keySet().containsAll(acceptedAt.keySet()));
    }
    reader.interrupt();
    reader.join();
    long[] waits =
        acceptedAt.entrySet().stream()
            // What was distributed before the client had its answer took no time at all.
            .mapToLong(it -> Math.max(0, distributedAt.get(it.getKey()) - it.getValue()))
            .toArray();
    return new Waiting(rate, failed.get(), Latencies.of(acceptance), Latencies.of(waits));
  }

  private HttpRequest request(PointsProcess points, String token) {
    List<UUID> sharers = someMembers();
    StringBuilder sharedWith = new StringBuilder();
    for (UUID sharer : sharers.subList(1, sharers.size())) {
      sharedWith
          .append(sharedWith.isEmpty() ? "" : ",")
          .append("{\"memberId\":\"" + sharer + "\"}");
    }
    String receipt = UUID.randomUUID().toString();
    String body =
        """
        {"memberId":"%s","amount":{"amount":%d,"currency":"USD"},"receiptNo":"%s",\
        "occurredAt":"2026-01-15T12:00:00Z","sharedWith":[%s]}\
        """
            .formatted(sharers.getFirst(), 100 + random.nextInt(10_000), receipt, sharedWith);
    return HttpRequest.newBuilder(points.purchases())
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", receipt)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /** Reads distributions as they come, until interrupted. */
  private void read(String url, Map<String, Long> distributedAt) {
    try (RedisConnection connection = new RedisConnection(url)) {
      // Not "$", which means another entry at each call: what came between two calls was missed.
      String last = newest(connection);
      while (!Thread.currentThread().isInterrupted()) {
        Object answer =
            connection.call(
                List.of("XREAD", "COUNT", "100", "BLOCK", "200", "STREAMS", DISTRIBUTED, last));
        long now = System.nanoTime();
        if (answer instanceof List<?> streams) {
          List<?> entries = (List<?>) ((List<?>) streams.getFirst()).get(1);
          for (Object entry : entries) {
            last = (String) ((List<?>) entry).getFirst();
            distributedAt.put(purchaseOf((List<?>) ((List<?>) entry).get(1)), now);
          }
        }
      }
    } catch (IOException e) {
      if (!Thread.currentThread().isInterrupted()) {
        System.err.println("the reader of distributions failed: " + e);
      }
    }
  }

  private static String newest(RedisConnection connection) throws IOException {
    List<?> entries =
        (List<?>) connection.call(List.of("XREVRANGE", DISTRIBUTED, "+", "-", "COUNT", "1"));
    return entries.isEmpty() ? "0-0" : (String) ((List<?>) entries.getFirst()).getFirst();
  }

  private String purchaseOf(List<?> fields) {
    String data = (String) fields.get(fields.indexOf("data") + 1);
    return codec
        .decode(data.getBytes(StandardCharsets.UTF_8), PointsDistributed.class)
        .purchaseId()
        .toString();
  }

  private void publish(RedisConnection redis, List<? extends DomainEvent> events)
      throws IOException {
    for (int from = 0; from < events.size(); from += PIPELINE) {
      List<? extends DomainEvent> chunk =
          events.subList(from, Math.min(events.size(), from + PIPELINE));
      for (DomainEvent event : chunk) {
        redis.send(entry(event));
      }
      redis.flush();
      for (int i = 0; i < chunk.size(); i++) {
        redis.answer();
      }
    }
  }

  private List<String> entry(DomainEvent event) {
    String type = EventTypes.nameOf(event.getClass());
    return List.of(
        "XADD",
        "dotori:{" + EventTypes.streamOf(type) + "}",
        "*",
        "ce_specversion",
        EventCodec.SPEC_VERSION,
        "ce_id",
        UUID.randomUUID().toString(),
        "ce_type",
        type,
        "ce_source",
        EventTypes.sourceOf(event.getClass()),
        "ce_subject",
        event.subject(),
        "ce_time",
        Instant.now().toString(),
        "content-type",
        EventCodec.CONTENT_TYPE,
        "data",
        new String(codec.encode(event), StandardCharsets.UTF_8));
  }

  private static long length(RedisConnection redis, String stream) {
    try {
      return (Long) redis.call(List.of("XLEN", stream));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What all balances and all entries to members part by, member by member. */
  private static long difference(Connection database) {
    return number(
        database,
        """
        SELECT COALESCE(SUM(ABS(b.points - e.points)), 0) FROM points.balance b JOIN
          (SELECT credit_account, SUM(points) AS points FROM points.ledger_entry
             GROUP BY credit_account) e ON e.credit_account = b.member_id
        """);
  }

  private static long number(Connection database, String sql) {
    try (Statement statement = database.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long limit = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > limit) {
        throw new IllegalStateException("nothing more happens");
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private void write(Path root, Servers servers, Throughput throughput, Waiting waiting)
      throws IOException, SQLException {
    String version = servers.database().getMetaData().getDatabaseProductVersion();
    String json =
        """
        {
          "benchmark": "distribution",
          "at": "%s",
          "cores": %d,
          "database": "%s",
          "innodb_flush_log_at_trx_commit": %d,
          "members": %d,
          "participants": %d,
          "seed": %d,
          "distribution": {"purchases": %d, "perSecond": %.0f,
            "cpuMicrosEach": {"points": %.0f, "database": %.0f, "redis": %.0f}},
          "purchases": {"perSecond": %d, "count": %d, "failed": %d,
            "acceptedMillis": {"p50": %.1f, "p99": %.1f, "max": %.1f},
            "acceptedToDistributedMillis": {"p50": %.1f, "p99": %.1f, "max": %.1f}}
        }
        """
            .formatted(
                Instant.now(),
                Runtime.getRuntime().availableProcessors(),
                version,
                number(servers.database(), "SELECT @@innodb_flush_log_at_trx_commit"),
                memberCount,
                participants,
                seed,
                throughput.purchases(),
                throughput.perSecond(),
                throughput.pointsCpuMicros(),
                throughput.mysqlCpuMicros(),
                throughput.redisCpuMicros(),
                waiting.rate(),
                waiting.accepted().count(),
                waiting.failed(),
                waiting.accepted().p50Millis(),
                waiting.accepted().p99Millis(),
                waiting.accepted().maxMillis(),
                waiting.distributed().p50Millis(),
                waiting.distributed().p99Millis(),
                waiting.distributed().maxMillis());
    Path results = root.resolve("bench/results");
    Files.createDirectories(results);
    String kind = version.contains("MariaDB") ? "mariadb" : "mysql";
    Files.writeString(results.resolve("distribution-" + kind + ".json"), json);
  }
}
