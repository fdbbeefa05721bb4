package dev.dotori.redisstreams.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Channels' metrics in Micrometer. A bean only where the application has Micrometer; no other class
 * mentions its types.
 *
 * <p>Tags are the channel, its configured stream and its group, so there are as many series as
 * channels. {@code docs/observing.md} lists the meters.
 */
@Singleton
public class MicrometerMetrics implements ChannelMetricsFactory {

  private static final String PREFIX = "redis.streams.";
  private static final String ENTRIES = "entries";
  private static final String MESSAGES = "messages";

  private final MeterRegistry registry;

  @Inject
  public MicrometerMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public ChannelMetrics incoming(String channel, String stream, String group) {
    return new Incoming(tags(channel, stream, group));
  }

  @Override
  public ChannelMetrics outgoing(String channel, String stream) {
    return new Outgoing(tags(channel, stream));
  }

  @Override
  public void show(String channel, String stream, String group, IncomingGauges gauges) {
    Tags tags = tags(channel, stream, group);
    gauge("in.flight", "Held by this consumer: read and not settled", ENTRIES, tags, gauges)
        .accept(IncomingGauges::inFlightEntries);
    state("length", "On the stream", ENTRIES, tags, gauges).accept(StreamState::length);
    state("lag", "Not delivered to the group yet", ENTRIES, tags, gauges).accept(StreamState::lag);
    state("pending", "Delivered to the group, not acknowledged", ENTRIES, tags, gauges)
        .accept(StreamState::pending);
    state(
            "pending.oldest.age",
            "Time since the group's oldest pending entry was added",
            "seconds",
            tags,
            gauges)
        .accept(state -> Math.max(0, state.oldestPendingMillis()) / 1_000.0);
    state("delayed", "Failed, waiting for their next attempt", ENTRIES, tags, gauges)
        .accept(StreamState::delayed);
    state("dead.letters", "On the stream of dead letters", ENTRIES, tags, gauges)
        .accept(StreamState::deadLetters);
  }

  @Override
  public void show(String channel, String stream, OutgoingGauges gauges) {
    Tags tags = tags(channel, stream);
    gauge("publish.in.flight", "Sent and not answered", MESSAGES, tags, gauges)
        .accept(OutgoingGauges::inFlightMessages);
    gauge(
            "publish.oldest.age",
            "Time that the oldest unanswered message has waited",
            "seconds",
            tags,
            gauges)
        .accept(outgoing -> outgoing.oldestUnansweredNanos() / 1e9);
  }

  /** Registers a gauge when it is told what to read. */
  private interface Reading<T> {
    void accept(ToDoubleFunction<T> value);
  }

  private <T> Reading<T> gauge(String name, String description, String unit, Tags tags, T gauges) {
    return value ->
        Gauge.builder(PREFIX + name, gauges, value)
            .description(description)
            .baseUnit(unit)
            .tags(tags)
            .strongReference(true)
            .register(registry);
  }

  /** A gauge of what Redis said; not a number while that is not known. */
  private Reading<StreamState> state(
      String name, String description, String unit, Tags tags, IncomingGauges gauges) {
    return value ->
        gauge(name, description, unit, tags, gauges)
            .accept(channel ->
                channel
                    .streamState()
                    .map(state -> (Double) value.applyAsDouble(state))
                    .orElse(Double.NaN));
  }

  private Counter counter(String name, String description, String unit, Tags tags) {
    return Counter.builder(PREFIX + name)
        .description(description)
        .baseUnit(unit)
        .tags(tags)
        .register(registry);
  }

  private Timer timer(String name, String description, Tags tags) {
    return Timer.builder(PREFIX + name).description(description).tags(tags).register(registry);
  }

  private static Tags tags(String channel, String stream) {
    return Tags.of("channel", channel, "stream", stream);
  }

  private static Tags tags(String channel, String stream, String group) {
    return tags(channel, stream).and("group", group);
  }

  private final class Incoming implements ChannelMetrics {
    private final Counter received;
    private final Counter acknowledged;
    private final Counter nacked;
    private final Counter retried;
    private final Counter deadLettered;
    private final Counter claimed;
    private final Timer processing;

    Incoming(Tags tags) {
      received = counter("received", "Delivered to this consumer, again or first", ENTRIES, tags);
      acknowledged = counter("acknowledged", "Acknowledged to Redis", ENTRIES, tags);
      nacked = counter("nacked", "Failed in their handler", ENTRIES, tags);
      retried = counter("retried", "Put to wait for their next attempt", ENTRIES, tags);
      deadLettered = counter("dead.lettered", "Moved to the dead letters", ENTRIES, tags);
      claimed = counter("claimed", "Taken over from consumers that are gone", ENTRIES, tags);
      processing = timer("processing", "From handing an entry over until it is settled", tags);
    }

    @Override
    public void received(int entries) {
      received.increment(entries);
    }

    @Override
    public void acknowledged(int entries) {
      acknowledged.increment(entries);
    }

    @Override
    public void nacked() {
      nacked.increment();
    }

    @Override
    public void retried() {
      retried.increment();
    }

    @Override
    public void deadLettered() {
      deadLettered.increment();
    }

    @Override
    public void claimed(int entries) {
      claimed.increment(entries);
    }

    @Override
    public void processed(long nanos) {
      processing.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  private final class Outgoing implements ChannelMetrics {
    private final Timer publish;
    private final Counter failures;

    Outgoing(Tags tags) {
      publish = timer("publish", "From taking a message on until it is on its stream", tags);
      failures = counter("publish.failures", "Nacked instead of added", MESSAGES, tags);
    }

    @Override
    public void published(long nanos) {
      publish.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void publishFailed() {
      failures.increment();
    }
  }
}
