package dev.dotori.redisstreams.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.QuarkusUnitTest;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a channel does is counted and timed, and how its stream and group stand can be read without
 * a question to Redis.
 */
class MetricsTest {

  private static final String STREAM = "test:{metrics}";
  private static final String KEYED = "test:{metrics-keyed}";

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      TestApplication.with("quarkus-micrometer", Handler.class)
          .overrideConfigKey("mp.messaging.incoming.in.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.in.stream", STREAM)
          .overrideConfigKey("mp.messaging.incoming.in.failure-strategy", "dead-letter")
          .overrideConfigKey("mp.messaging.incoming.in.metrics-interval", "200ms")
          .overrideConfigKey("mp.messaging.incoming.in.block", "500ms")
          .overrideConfigKey("mp.messaging.incoming.keyed.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.incoming.keyed.stream", KEYED)
          .overrideConfigKey("mp.messaging.incoming.keyed.partitions", "3")
          .overrideConfigKey("mp.messaging.incoming.keyed.retry-delay", "5m")
          .overrideConfigKey("mp.messaging.incoming.keyed.metrics-interval", "200ms")
          .overrideConfigKey("mp.messaging.outgoing.out.connector", "smallrye-redis-streams")
          .overrideConfigKey("mp.messaging.outgoing.out.stream", STREAM);

  // The registry that is injected only passes on to those that are added.
  private final MeterRegistry registry = new SimpleMeterRegistry();

  @Inject Handler handler;

  @Inject
  @Channel("out")
  MutinyEmitter<String> out;

  @BeforeEach
  void measure() {
    Metrics.addRegistry(registry);
  }

  @AfterEach
  void stopMeasuring() {
    Metrics.removeRegistry(registry);
  }

  @Test
  void areCountedAndSampled() throws IOException {
    // when
    for (String payload : new String[] {"good", "good", "bad", "good", "slow"}) {
      out.sendAndAwait(payload);
    }

    // then
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> {
          assertThat(value("received")).isEqualTo(5);
          assertThat(value("acknowledged")).isEqualTo(3);
          assertThat(value("nacked")).isOne();
          assertThat(value("dead.lettered")).isOne();
          assertThat(value("retried")).isZero();
          assertThat(value("claimed")).isZero();
          assertThat(timer("in", "processing").count()).isEqualTo(4);

          assertThat(timer("out", "publish").count()).isEqualTo(5);
          assertThat(value("publish.failures")).isZero();
          assertThat(value("publish.in.flight")).isZero();
          assertThat(value("publish.oldest.age")).isZero();

          assertThat(value("length")).isEqualTo(5);
          assertThat(value("pending")).isOne();
          assertThat(value("in.flight")).isOne();
          assertThat(value("lag")).isZero();
          assertThat(value("delayed")).isZero();
          assertThat(value("dead.letters")).isOne();
          assertThat(value("pending.oldest.age")).isPositive();
        });
    assertThat(registry.get("redis.streams.lag").tag("channel", "in").gauge().getId().getTags())
        .extracting(tag -> tag.getKey() + "=" + tag.getValue())
        .containsExactlyInAnyOrder("channel=in", "stream=" + STREAM, "group=app");
    assertThat(timer("in", "processing").max(TimeUnit.MINUTES)).isLessThan(1);

    assertEachIsDocumented();

    // when nobody answers any more
    TestRedis.kill();

    // then what was sampled is not shown as if it were so now
    await().atMost(Duration.ofSeconds(10)).until(() -> Double.isNaN(value("length")));
    assertThat(value("received")).isEqualTo(5);
    assertThat(value("in.flight")).isOne();

    // and comes back with Redis
    TestRedis.restart();
    await().atMost(Duration.ofSeconds(20)).until(() -> value("pending") >= 1);
    handler.go.countDown();
  }

  @Test
  void ofAPartitionedStreamAreThoseOfAllPartitions() {
    // A failed entry stays pending in its partition until it is due again.
    for (int partition = 0; partition < 3; partition++) {
      TestRedis.add(KEYED + ":" + partition, "good");
      TestRedis.add(KEYED + ":" + partition, "bad");
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> {
          assertThat(value("keyed", "length")).isEqualTo(6);
          assertThat(value("keyed", "pending")).isEqualTo(3);
          assertThat(value("keyed", "delayed")).isEqualTo(3);
          assertThat(value("keyed", "lag")).isZero();
          assertThat(value("keyed", "retried")).isEqualTo(3);
          assertThat(value("keyed", "acknowledged")).isEqualTo(3);
        });
  }

  private void assertEachIsDocumented() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "observing.md"));
    List<String> names =
        registry.getMeters().stream()
            .map(meter -> meter.getId().getName())
            .filter(name -> name.startsWith("redis.streams."))
            .distinct()
            .toList();
    assertThat(names).hasSize(18).allMatch(name -> page.contains("`" + name + "`"));
  }

  private double value(String name) {
    return value(name.startsWith("publish") ? "out" : "in", name);
  }

  private double value(String channel, String name) {
    Meter meter = registry.get("redis.streams." + name).tag("channel", channel).meter();
    return meter.measure().iterator().next().getValue();
  }

  private Timer timer(String channel, String name) {
    return registry.get("redis.streams." + name).tag("channel", channel).timer();
  }

  @Singleton
  static class Handler {
    final CountDownLatch go = new CountDownLatch(1);

    @Incoming("in")
    @Incoming("keyed")
    @Blocking
    void on(byte[] payload) throws InterruptedException {
      switch (new String(payload, UTF_8)) {
        case "bad" -> throw new IllegalStateException("bad");
        case "slow" -> go.await();
        default -> {}
      }
    }
  }
}
