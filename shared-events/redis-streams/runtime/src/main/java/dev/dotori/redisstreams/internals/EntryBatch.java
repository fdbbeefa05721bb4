package dev.dotori.redisstreams.internals;

import dev.dotori.redisstreams.IncomingRedisStreamBatchMetadata;
import dev.dotori.redisstreams.tracing.IncomingTracing;
import io.smallrye.reactive.messaging.providers.MetadataInjectableMessage;
import io.smallrye.reactive.messaging.providers.locals.ContextAwareMessage;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/** Entries handed over together. Settling it settles each entry that was not settled alone. */
final class EntryBatch
    implements ContextAwareMessage<List<byte[]>>, MetadataInjectableMessage<List<byte[]>> {

  private final List<StreamEntry> entries;
  private final List<byte[]> payloads;
  private volatile Metadata metadata;

  /** Made on the channel's context, which gives the batch a context of its own. */
  EntryBatch(List<StreamEntry> entries, IncomingTracing tracing) {
    this.entries = entries;
    this.payloads = new Payloads(entries);
    Metadata own = Metadata.of(new IncomingRedisStreamBatchMetadata(entries));
    if (tracing.isEnabled()) {
      IncomingTracing.Batch traced = tracing.beginBatch(entries);
      for (int i = 0; i < entries.size(); i++) {
        entries.get(i).traced(traced.work(), traced.entries().get(i));
      }
      own = own.with(traced.work().metadata());
    }
    this.metadata = ContextAwareMessage.captureContextMetadata(own);
  }

  @Override
  public List<byte[]> getPayload() {
    return payloads;
  }

  @Override
  public Metadata getMetadata() {
    return metadata;
  }

  @Override
  public synchronized void injectMetadata(Object item) {
    metadata = metadata.with(item);
  }

  @Override
  public CompletionStage<Void> ack(Metadata ignored) {
    return all(entry -> entry.ack(ignored));
  }

  @Override
  public CompletionStage<Void> nack(Throwable reason, Metadata ignored) {
    return all(entry -> entry.nack(reason, ignored));
  }

  @Override
  public Function<Metadata, CompletionStage<Void>> getAckWithMetadata() {
    return this::ack;
  }

  @Override
  public BiFunction<Throwable, Metadata, CompletionStage<Void>> getNackWithMetadata() {
    return this::nack;
  }

  private CompletionStage<Void> all(Function<StreamEntry, CompletionStage<Void>> settle) {
    CompletableFuture<?>[] settled = new CompletableFuture<?>[entries.size()];
    for (int i = 0; i < settled.length; i++) {
      settled[i] = settle.apply(entries.get(i)).toCompletableFuture();
    }
    return CompletableFuture.allOf(settled);
  }

  /** Decodes a payload when it is asked for. */
  private static final class Payloads extends AbstractList<byte[]> implements RandomAccess {
    private final List<StreamEntry> entries;

    Payloads(List<StreamEntry> entries) {
      this.entries = entries;
    }

    @Override
    public byte[] get(int index) {
      return entries.get(index).getPayload();
    }

    @Override
    public int size() {
      return entries.size();
    }
  }
}
