package dev.dotori.bench.connector.app;

import dev.dotori.redisstreams.RedisStreamsConnector;
import io.smallrye.reactive.messaging.health.HealthReport;
import jakarta.inject.Singleton;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

/** A consumer whose handler blocks until it is released from outside. */
@Singleton
class Holder {

  private static final int MOST_COLLECTIONS = 2;

  private final RedisStreamsConnector connector;
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private volatile int expected = Integer.MAX_VALUE;

  Holder(@Connector(RedisStreamsConnector.CONNECTOR_NAME) RedisStreamsConnector connector) {
    this.connector = connector;
  }

  void hold() throws InterruptedException {
    int number = begun.incrementAndGet();
    if (number == 1) {
      say("began first");
    }
    if (number == expected) {
      say("began all");
    }
    released.await();
    done.incrementAndGet();
  }

  /**
   * Tells when the channel is ready and what it holds, and does what it is told, until its input
   * ends.
   *
   * @param all how many entries it is to hold
   */
  void serve(int all) throws IOException, InterruptedException {
    expected = all;
    if (begun.get() >= all) {
      say("began all");
    }
    while (!isReady()) {
      Thread.sleep(5);
    }
    say("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = in.readLine()) != null; ) {
      switch (line) {
        case "release" -> released.countDown();
        case "sample" -> sample();
        default -> throw new IOException("can't " + line);
      }
    }
    // What it holds is not to keep it from ending.
    Runtime.getRuntime().halt(0);
  }

  private boolean isReady() {
    HealthReport report = connector.getReadiness();
    return report.isOk() && !report.getChannels().isEmpty();
  }

  private void sample() {
    for (int i = 0; i < MOST_COLLECTIONS; i++) {
      System.gc();
    }
    long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    say("sample " + used + " " + done.get());
  }

  private static void say(String line) {
    System.out.println("bench " + line);
  }
}
