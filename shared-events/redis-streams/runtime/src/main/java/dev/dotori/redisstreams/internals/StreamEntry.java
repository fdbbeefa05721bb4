package dev.dotori.redisstreams.internals;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import dev.dotori.redisstreams.tracing.WorkSpan;
import io.smallrye.reactive.messaging.TracingMetadata;
import io.smallrye.reactive.messaging.providers.MetadataInjectableMessage;
import io.smallrye.reactive.messaging.providers.locals.ContextAwareMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/**
 * One entry that a channel holds: the message that handlers get, its own metadata, and its place in
 * the channel's books. One object, because there is one for each entry that passes.
 */
public final class StreamEntry
    implements ContextAwareMessage<byte[]>,
        MetadataInjectableMessage<byte[]>,
        IncomingRedisStreamMetadata {

  private static final byte[] NO_DATA = new byte[0];
  private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);
  private static final VarHandle SETTLED;

  static {
    try {
      SETTLED =
          MethodHandles.lookup().findVarHandle(StreamEntry.class, "settled", CompletionStage.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final IncomingRedisStreamsChannel channel;
  private final HeldEntries held;
  private final StreamSource source;
  private final String sourceId;
  private final Response fields;
  private int deliveries;

  // Of an entry that keeps its place while it waits for its next attempt.
  private int attempts;
  private long firstFailure;

  private byte[] payload;
  private volatile Metadata metadata;

  @SuppressWarnings("unused") // through SETTLED
  private volatile CompletionStage<Void> settled;

  private WorkSpan work = WorkSpan.NONE;

  // The channel's books, on its event loop only.

  /** When the lease was last known to begin, by {@link System#nanoTime()}. */
  long leasedAt;

  /** Whether a handler has it, or had it. */
  boolean emitted;

  /** When it was handed over, by {@link System#nanoTime()}. */
  long emittedAt;

  /** Its neighbours among the entries in work; {@link InFlight} links them. */
  StreamEntry emittedBefore;

  StreamEntry emittedAfter;

  /** Whether it may be what kills its consumers, and so is handed over alone. */
  boolean suspect;

  /** Its key, if entries with this key are handled in order. */
  String lane;

  /** How long it waits for its next attempt once it is the first of its key. */
  long waitMillis;

  /** Whether it failed here, and another message will stand for it when it is tried again. */
  boolean comesAgain;

  /** Whether it belongs to another consumer by now. */
  boolean lost;

  /** Whether it no longer counts as in flight. */
  boolean released;

  StreamEntry(
      IncomingRedisStreamsChannel channel,
      HeldEntries held,
      String sourceId,
      Response fields,
      int deliveries,
      long leasedAt) {
    this.channel = channel;
    this.held = held;
    this.source = held.source();
    this.sourceId = sourceId;
    this.fields = fields;
    this.deliveries = deliveries;
    this.leasedAt = leasedAt;
  }

  // ---- the message

  @Override
  public byte[] getPayload() {
    byte[] data = payload;
    if (data == null) {
      data =
          CloudEvents.isStructured(this)
              ? getMetadata()
                  .get(StructuredEvent.class)
                  .map(StructuredEvent::getData)
                  .orElseGet(this::document)
              : document();
      payload = data;
    }
    return data;
  }

  /** The field {@code data} as it is. */
  byte[] document() {
    return bytes(CloudEvents.DATA_FIELD).orElse(NO_DATA);
  }

  @Override
  public Metadata getMetadata() {
    Metadata current = metadata;
    if (current == null) {
      current =
          CloudEvents.read(this)
              .map(event -> Metadata.of(this, event))
              .orElseGet(() -> Metadata.of(this));
      metadata = current;
    }
    return current;
  }

  /** Gives the message a Vert.x context of its own; called on the channel's context. */
  StreamEntry onOwnContext(WorkSpan work) {
    traced(work, work.metadata());
    metadata = ContextAwareMessage.captureContextMetadata(getMetadata());
    return this;
  }

  /** Makes the entry part of traced work; before it is handed over. */
  void traced(WorkSpan work, TracingMetadata trace) {
    if (work.isTraced()) {
      this.work = work;
      injectMetadata(trace);
    }
  }

  @Override
  public synchronized void injectMetadata(Object item) {
    metadata = getMetadata().with(item);
  }

  @Override
  public CompletionStage<Void> ack(Metadata ignored) {
    // Done when it is collected: Redis is told within milliseconds, and again until it answers.
    if (!SETTLED.compareAndSet(this, null, DONE)) {
      return settled;
    }
    work.acknowledged();
    channel.acknowledged(this);
    return DONE;
  }

  @Override
  public CompletionStage<Void> nack(Throwable reason, Metadata ignored) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (!SETTLED.compareAndSet(this, null, done)) {
      return settled;
    }
    work.failed(reason);
    channel.failed(this, reason, done);
    return done;
  }

  @Override
  public Function<Metadata, CompletionStage<Void>> getAckWithMetadata() {
    return this::ack;
  }

  @Override
  public BiFunction<Throwable, Metadata, CompletionStage<Void>> getNackWithMetadata() {
    return this::nack;
  }

  // ---- its metadata

  @Override
  public String stream() {
    return source.origin();
  }

  @Override
  public String id() {
    return source.retry() ? fields.get(1).toString() : sourceId;
  }

  @Override
  public String group() {
    return channel.settings().group();
  }

  @Override
  public Optional<String> key() {
    return field(Partitions.KEY_FIELD);
  }

  @Override
  public OptionalInt partition() {
    return held instanceof PartitionEntries entries
        ? OptionalInt.of(entries.partition().number())
        : OptionalInt.empty();
  }

  @Override
  public OptionalLong fence() {
    return held instanceof PartitionEntries entries
        ? OptionalLong.of(Long.parseLong(entries.partition().fence()))
        : OptionalLong.empty();
  }

  @Override
  public int deliveryCount() {
    int before = attempts == 0 && source.retry() ? fields.get(3).toInteger() : attempts;
    return before + deliveries;
  }

  @Override
  public Optional<byte[]> bytes(String name) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    for (int i = firstField(); i + 1 < fields.size(); i += 2) {
      if (is(fields.get(i).toBuffer(), wanted)) {
        return Optional.of(fields.get(i + 1).toBytes());
      }
    }
    return Optional.empty();
  }

  private static boolean is(Buffer field, byte[] wanted) {
    if (field.length() != wanted.length) {
      return false;
    }
    // From the end: names of one prefix differ there.
    for (int i = wanted.length - 1; i >= 0; i--) {
      if (field.getByte(i) != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Map<String, byte[]> rawFields() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    for (int i = firstField(); i + 1 < fields.size(); i += 2) {
      all.putIfAbsent(fields.get(i).toString(), fields.get(i + 1).toBytes());
    }
    return all;
  }

  // ---- its place in the channel's books

  /** Name of the channel that it comes through. */
  public String channelName() {
    return channel.settings().channel();
  }

  HeldEntries held() {
    return held;
  }

  StreamSource source() {
    return source;
  }

  /** Its id in {@link #source()}. */
  String sourceId() {
    return sourceId;
  }

  /** How often {@link #source()} delivered it. */
  int sourceDeliveries() {
    return deliveries;
  }

  void countDelivery() {
    deliveries++;
  }

  /** When it first failed in a handler, in ms since 1970; {@code now} if it did not before. */
  long firstFailure(long now) {
    long first = firstFailure == 0 && source.retry() ? fields.get(5).toLong() : firstFailure;
    return first == 0 ? now : first;
  }

  /** Says that it failed before: how often, and when first, in ms since 1970. */
  void failedBefore(int attempts, long first) {
    this.attempts = attempts;
    this.firstFailure = first;
  }

  /** Whether it failed before and kept its place. */
  boolean hasFailedBefore() {
    return attempts > 0;
  }

  /** Fields and values as they were added. */
  Response fieldsAndValues() {
    return fields;
  }

  int firstField() {
    return source.retry() ? StreamSource.ORIGIN_ELEMENTS : 0;
  }

  @Override
  public String toString() {
    return "entry " + id() + " of stream " + stream();
  }
}
