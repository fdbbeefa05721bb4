package dev.dotori.bench.connector.app;

import dev.dotori.bench.BenchmarkException;
import dev.dotori.redisstreams.OutgoingRedisStreamMetadata;
import io.smallrye.reactive.messaging.ce.OutgoingCloudEventMetadata;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Publishes events through the connector. */
@Singleton
class Publisher {

  private static final URI SOURCE = URI.create(Entries.SOURCE);

  /** Enough that the channel never waits for this side. */
  private static final int MOST_WAITING = 4 * PlainLoop.WINDOW;

  private final Emitter<byte[]> out;
  private final Emitter<byte[]> keyedOut;

  Publisher(
      @Channel("bench-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> out,
      @Channel("bench-out-keyed") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          Emitter<byte[]> keyedOut) {
    this.out = out;
    this.keyedOut = keyedOut;
  }

  /**
   * Publishes as fast as the channel takes it, and waits until all is on the stream.
   *
   * @throws BenchmarkException when one message is not published, without waiting for the others
   */
  void publish(String stream, int entries, byte[] payload) {
    OutgoingRedisStreamMetadata to = OutgoingRedisStreamMetadata.create().withStream(stream);
    publish(out, entries, number -> to, payload);
  }

  /** The same to a channel with partitions. */
  void publishKeyed(int entries, byte[] payload) {
    publish(
        keyedOut,
        entries,
        number -> OutgoingRedisStreamMetadata.create().withKey(Entries.key(number)),
        payload);
  }

  private static void publish(
      Emitter<byte[]> emitter,
      int entries,
      IntFunction<OutgoingRedisStreamMetadata> to,
      byte[] payload) {
    Batch batch = new Batch(entries);
    for (int i = 0; i < entries && batch.mayGoOn(); i++) {
      emitter.send(
          Message.of(payload)
              .addMetadata(to.apply(i))
              .addMetadata(event(i))
              .withAck(batch::published)
              .withNack(batch::failed));
    }
    batch.await();
  }

  /** Publishes one entry and does not wait for it. */
  void publishOne(String stream, int number, byte[] payload, Consumer<Throwable> onFailure) {
    out.send(
        Message.of(payload)
            .addMetadata(OutgoingRedisStreamMetadata.create().withStream(stream))
            .addMetadata(event(number))
            .withNack(failure -> {
              onFailure.accept(failure);
              return CompletableFuture.completedFuture(null);
            }));
  }

  private static OutgoingCloudEventMetadata<?> event(int number) {
    return OutgoingCloudEventMetadata.builder()
        .withId(Integer.toString(number))
        .withSource(SOURCE)
        .withType(Entries.TYPE)
        .build();
  }

  /** Messages that are published together; the first that fails ends it for all. */
  private static final class Batch {
    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    // Counted on the channel's event loop alone.
    private int left;

    Batch(int entries) {
      left = entries;
    }

    /** Waits until there is room for one more; false when that is of no use any more. */
    boolean mayGoOn() {
      waiting.acquireUninterruptibly();
      return !end.isDone();
    }

    CompletionStage<Void> published() {
      waiting.release();
      if (--left == 0) {
        end.complete(null);
      }
      return DONE;
    }

    CompletionStage<Void> failed(Throwable failure) {
      end.completeExceptionally(failure);
      waiting.release();
      return DONE;
    }

    void await() {
      try {
        end.get(5, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchmarkException("interrupted");
      } catch (ExecutionException e) {
        throw new BenchmarkException("a message was not published", e.getCause());
      } catch (TimeoutException e) {
        throw new BenchmarkException("not all messages were published within 5 minutes");
      }
    }
  }
}
