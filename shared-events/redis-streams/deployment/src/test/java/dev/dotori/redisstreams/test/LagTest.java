package dev.dotori.redisstreams.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dotori.redisstreams.internals.GroupLag;
import dev.dotori.redisstreams.internals.GroupLag.Standing;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The lag is what the stream holds behind the group's last delivered id, whatever was trimmed,
 * deleted or set in between, and on every server.
 */
class LagTest {

  private static final String STREAM = "test:{lag}";
  private static final String GROUP = "behind";

  private static Vertx vertx;
  private static Redis redis;

  @BeforeAll
  static void connect() {
    vertx = Vertx.vertx();
    redis = Redis.createClient(vertx, TestRedis.url());
  }

  @AfterAll
  static void close() throws Exception {
    redis.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @BeforeEach
  void empty() {
    TestRedis.call("DEL", STREAM);
  }

  @Test
  void withoutAStreamNothingWaits() throws Exception {
    assertThat(standing()).isEqualTo(new Standing(0, 0, true, 0, -1));
  }

  @Test
  void withoutAGroupAllWaits() throws Exception {
    add(1, 7);
    assertThat(standing()).isEqualTo(new Standing(7, 7, true, 0, -1));
  }

  @Test
  void aGroupThatReadsFromTheStart() throws Exception {
    add(1, 10);
    group("0");
    assertExact(10);
    read(4);
    assertExact(6);
    read(6);
    assertExact(0);
  }

  @Test
  void aGroupThatBeganAtTheEnd() throws Exception {
    add(1, 10);
    group("$");
    assertExact(0);
    add(11, 3);
    assertExact(3);
  }

  @Test
  void aGroupThatBeganInTheMiddle() throws Exception {
    add(1, 10);
    group("4-0");
    assertExact(6);
    read(1);
    assertExact(5);
  }

  @Test
  void unreadEntriesThatWereTrimmedDoNotWait() throws Exception {
    add(1, 10);
    group("0");
    read(2);
    TestRedis.call("XTRIM", STREAM, "MAXLEN", 5);
    assertExact(5);
    // From here on the counters of some servers are wrong for good.
    read(1);
    assertExact(4);
    add(11, 5);
    read(4);
    assertExact(5);
    read(5);
    assertExact(0);
  }

  @Test
  void deletedEntriesDoNotWait() throws Exception {
    add(1, 10);
    group("0");
    read(2);
    TestRedis.call("XDEL", STREAM, "1-0", "5-0", "7-0");
    assertExact(6);
    TestRedis.call("XDEL", STREAM, "10-0");
    assertExact(5);
    read(5);
    assertExact(0);
  }

  @Test
  void anEmptiedStreamHasNothingToWaitFor() throws Exception {
    add(1, 10);
    group("0");
    read(2);
    TestRedis.call("XTRIM", STREAM, "MAXLEN", 0);
    assertExact(0);
    add(11, 2);
    assertExact(2);
  }

  @Test
  void aGroupThatWasSetBackOrForth() throws Exception {
    add(1, 10);
    group("0");
    read(10);
    TestRedis.call("XGROUP", "SETID", STREAM, GROUP, "3-0");
    assertExact(7);
    TestRedis.call("XGROUP", "SETID", STREAM, GROUP, "$");
    assertExact(0);
  }

  @Test
  void aStreamWhoseLastIdWasSet() throws Exception {
    add(1, 10);
    group("0");
    read(3);
    TestRedis.call("XSETID", STREAM, "100-0");
    assertExact(7);
    TestRedis.call("XADD", STREAM, "101-0", "data", "n");
    assertExact(8);
  }

  @Test
  void farBehindTheServersCountersAreUsed() throws Exception {
    addMany(1, 3_000);
    group("0");
    read(500);
    Standing standing = standing();
    assertThat(standing.exact()).isFalse();
    assumeTrue(hasCounters(), "this server has no counters");
    assertThat(standing.lag()).isEqualTo(2_500);
  }

  @Test
  void farBehindWithoutCountersItIsAnEstimateWithinWhatIsCertain() throws Exception {
    addMany(1, 3_000);
    group("400-0"); // no server knows how many it has read
    assertThat(standing().exact()).isFalse();
    // One entry a millisecond: spread evenly.
    assertThat(standing().lag()).isBetween(2_590L, 2_610L);
  }

  @Test
  void largeEntriesAreNotCountedFar() throws Exception {
    String large = "x".repeat(50_000);
    for (int i = 1; i <= 100; i++) {
      TestRedis.call("XADD", STREAM, i + "-0", "data", large);
    }
    group("1-0");
    assertThat(standing().exact()).isFalse();
    assertThat(standing().lag()).isBetween(50L, 99L);
  }

  @Test
  void theOldestPendingEntryTellsItsAge() throws Exception {
    String id = TestRedis.add(STREAM, "n");
    group("0");
    read(1);
    long added = Long.parseLong(id.substring(0, id.indexOf('-')));
    Standing standing = standing();
    assertThat(standing.pending()).isOne();
    // One clock: the server is on this machine.
    assertThat(standing.oldestPendingMillis())
        .isBetween(0L, System.currentTimeMillis() - added + 1);
  }

  @Test
  void whateverHappensSmallLagsAreExact() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int next = 1;
    group0();
    for (int step = 0; step < 300; step++) {
      switch (random.nextInt(6)) {
        case 0, 1 -> add(next, 1 + random.nextInt(5));
        case 2 -> read(1 + random.nextInt(6));
        case 3 -> TestRedis.call("XDEL", STREAM, (1 + random.nextInt(next)) + "-0");
        case 4 -> TestRedis.call("XTRIM", STREAM, "MAXLEN", random.nextInt(40));
        default -> {
          if (random.nextInt(5) == 0) {
            String to = random.nextBoolean() ? "$" : random.nextInt(next) + "-0";
            TestRedis.call("XGROUP", "SETID", STREAM, GROUP, to);
          }
        }
      }
      next = Math.max(next, lastNumber() + 1);
      Standing standing = standing();
      assertThat(standing.exact()).as("seed %d, step %d", seed, step).isTrue();
      assertThat(standing.lag()).as("seed %d, step %d", seed, step).isEqualTo(counted());
    }
  }

  private static void group0() {
    TestRedis.call("XGROUP", "CREATE", STREAM, GROUP, "0", "MKSTREAM");
  }

  private static int lastNumber() {
    List<Object> stream = TestRedis.list("XINFO", "STREAM", STREAM);
    String id = (String) stream.get(stream.indexOf("last-generated-id") + 1);
    return Integer.parseInt(id.substring(0, id.indexOf('-')));
  }

  private static void assertExact(long lag) throws Exception {
    Standing standing = standing();
    assertThat(counted()).isEqualTo(lag);
    assertThat(standing.lag()).isEqualTo(lag);
    assertThat(standing.exact()).isTrue();
  }

  /** The truth: what is behind the last delivered id. */
  private static long counted() {
    List<Object> group = groupOf();
    String read = (String) group.get(group.indexOf("last-delivered-id") + 1);
    return TestRedis.list("XRANGE", STREAM, "(" + read, "+").size();
  }

  private static boolean hasCounters() {
    return groupOf().contains("entries-read");
  }

  @SuppressWarnings("unchecked")
  private static List<Object> groupOf() {
    return (List<Object>) TestRedis.list("XINFO", "GROUPS", STREAM).getFirst();
  }

  private static Standing standing() throws Exception {
    return redis
        .send(GroupLag.ask(STREAM, GROUP))
        .map(Standing::of)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static void add(int first, int entries) {
    for (int i = first; i < first + entries; i++) {
      TestRedis.call("XADD", STREAM, i + "-0", "data", "n" + i);
    }
  }

  private static void addMany(int first, int entries) {
    List<Object> command = new ArrayList<>();
    command.add("EVAL");
    command.add(
        "for i = ARGV[1], ARGV[2] do redis.call('XADD', KEYS[1], i .. '-0', 'data', i) end");
    command.addAll(List.of(1, STREAM, first, first + entries - 1));
    TestRedis.call(command.toArray());
  }

  private static void group(String start) {
    TestRedis.call("XGROUP", "CREATE", STREAM, GROUP, start);
  }

  private static void read(int entries) {
    TestRedis.call(
        "XREADGROUP", "GROUP", GROUP, "reader", "COUNT", entries, "STREAMS", STREAM, ">");
  }
}
