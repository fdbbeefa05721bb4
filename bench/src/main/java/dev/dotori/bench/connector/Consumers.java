package dev.dotori.bench.connector;

import dev.dotori.redisstreams.IncomingRedisStreamBatchMetadata;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Handlers that do nothing but acknowledge, and count. */
@Singleton
public class Consumers {

  private final AtomicLong left = new AtomicLong();
  private volatile CountDownLatch done = new CountDownLatch(0);

  /** Opens when that many entries were acknowledged. */
  CountDownLatch expect(long entries) {
    CountDownLatch latch = new CountDownLatch(1);
    done = latch;
    left.set(entries);
    return latch;
  }

  @Incoming("bench-single")
  CompletionStage<Void> single(Message<byte[]> entry) {
    return counted(entry.ack(), 1);
  }

  @Incoming("bench-both")
  CompletionStage<Void> both(Message<byte[]> entry) {
    return counted(entry.ack(), 1);
  }

  @Incoming("bench-batch")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  CompletionStage<Void> batch(Message<List<byte[]>> batch) {
    List<? extends Message<byte[]>> entries =
        batch.getMetadata(IncomingRedisStreamBatchMetadata.class).orElseThrow().entries();
    entries.forEach(Message::ack);
    return counted(batch.ack(), entries.size());
  }

  private CompletionStage<Void> counted(CompletionStage<Void> acknowledged, int entries) {
    if (left.addAndGet(-entries) == 0) {
      done.countDown();
    }
    return acknowledged;
  }
}
