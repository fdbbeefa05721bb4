package dev.dotori.bench.connector.app;

import dev.dotori.bench.BenchmarkException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Handlers as users write them, that look at the payload and do nothing else. A channel whose name
 * ends in 4 has four consumers.
 */
@Singleton
public class Handlers {

  private final Holder holder;
  private final AtomicLong left = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile CountDownLatch done = new CountDownLatch(0);
  private volatile Consumer<byte[]> follower = payload -> {};

  Handlers(Holder holder) {
    this.holder = holder;
  }

  /** Has the next entries counted. */
  void expect(int entries) {
    done = new CountDownLatch(1);
    bytes.set(0);
    left.set(entries);
  }

  /** Waits until as many entries as were expected have been handled. */
  void await() {
    try {
      if (!done.await(5, TimeUnit.MINUTES)) {
        throw new BenchmarkException(left.get() + " entries did not arrive within 5 minutes");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted");
    }
  }

  /** Who gets the entries of the channel for latencies. */
  void follow(Consumer<byte[]> by) {
    follower = by;
  }

  /** What every handler, plain ones too, does with an entry. */
  void look(byte[] payload) {
    // Kept, so that reading the payload can't be left out as of no use.
    if (payload.length == 0) {
      bytes.incrementAndGet();
    }
  }

  /** Counts an entry of the channel for latencies. */
  void one(byte[] payload) {
    look(payload);
    count(1);
  }

  private void chunk(List<byte[]> payloads) {
    payloads.forEach(this::look);
    count(payloads.size());
  }

  private void count(int entries) {
    if (left.addAndGet(-entries) == 0) {
      done.countDown();
    }
  }

  @Incoming("bench-loop-1")
  void loop(byte[] payload) {
    one(payload);
  }

  @Incoming("bench-loop-4")
  void loop4(byte[] payload) {
    one(payload);
  }

  @Incoming("bench-chunk-1")
  @RunOnVirtualThread
  void chunks(List<byte[]> payloads) {
    chunk(payloads);
  }

  @Incoming("bench-chunk-4")
  @RunOnVirtualThread
  void chunks4(List<byte[]> payloads) {
    chunk(payloads);
  }

  @Incoming("bench-entry-1")
  @RunOnVirtualThread
  void entry(byte[] payload) {
    one(payload);
  }

  @Incoming("bench-entry-4")
  @RunOnVirtualThread
  void entry4(byte[] payload) {
    one(payload);
  }

  @Incoming("bench-keyed-1")
  @RunOnVirtualThread
  void keyed(byte[] payload) {
    one(payload);
  }

  @Incoming("bench-keyed-4")
  @RunOnVirtualThread
  void keyed4(byte[] payload) {
    one(payload);
  }

  @Incoming("bench-latency")
  void latency(byte[] payload) {
    follower.accept(payload);
  }

  @Incoming("bench-hold")
  @RunOnVirtualThread
  void hold(byte[] payload) throws InterruptedException {
    holder.hold();
  }
}
