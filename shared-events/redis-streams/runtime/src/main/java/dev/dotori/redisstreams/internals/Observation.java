package dev.dotori.redisstreams.internals;

import dev.dotori.redisstreams.metrics.ChannelMetrics;
import dev.dotori.redisstreams.metrics.ChannelMetricsFactory;
import dev.dotori.redisstreams.metrics.IncomingGauges;
import dev.dotori.redisstreams.metrics.OutgoingGauges;
import dev.dotori.redisstreams.tracing.IncomingTracing;
import dev.dotori.redisstreams.tracing.OutgoingTracing;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.Optional;

/** How channels are measured and traced, as far as the application has what it takes. */
@ApplicationScoped
public class Observation {

  private final Instance<ChannelMetricsFactory> metrics;
  private final Instance<OpenTelemetry> telemetry;

  @Inject
  public Observation(Instance<ChannelMetricsFactory> metrics, Instance<OpenTelemetry> telemetry) {
    this.metrics = metrics;
    this.telemetry = telemetry;
  }

  /** The metrics of an incoming channel. */
  public ChannelMetrics metrics(IncomingSettings settings) {
    return metrics.isResolvable()
        ? metrics.get().incoming(settings.channel(), settings.stream(), settings.group())
        : ChannelMetrics.NONE;
  }

  /** The metrics of an outgoing channel. */
  public ChannelMetrics metrics(OutgoingSettings settings) {
    return metrics.isResolvable()
        ? metrics.get().outgoing(settings.channel(), settings.stream())
        : ChannelMetrics.NONE;
  }

  /** Shows an incoming channel's gauges. */
  public void show(IncomingSettings settings, IncomingGauges gauges) {
    if (metrics.isResolvable()) {
      metrics.get().show(settings.channel(), settings.stream(), settings.group(), gauges);
    }
  }

  /** Shows an outgoing channel's gauges. */
  public void show(OutgoingSettings settings, OutgoingGauges gauges) {
    if (metrics.isResolvable()) {
      metrics.get().show(settings.channel(), settings.stream(), gauges);
    }
  }

  /** The spans of an incoming channel. */
  public IncomingTracing tracing(IncomingSettings settings) {
    return settings.tracingEnabled()
        ? telemetry()
            .map(found -> IncomingTracing.of(found, settings.group(), settings.consumer()))
            .orElse(IncomingTracing.NONE)
        : IncomingTracing.NONE;
  }

  /** The spans of an outgoing channel. */
  public OutgoingTracing tracing(OutgoingSettings settings) {
    return settings.tracingEnabled()
        ? telemetry().map(OutgoingTracing::of).orElse(OutgoingTracing.NONE)
        : OutgoingTracing.NONE;
  }

  /** What does the tracing, if that is more than nothing. */
  private Optional<OpenTelemetry> telemetry() {
    // Without a bean there may be an agent, which sets the global one.
    OpenTelemetry found =
        telemetry.isResolvable() ? telemetry.get() : GlobalOpenTelemetry.getOrNoop();
    // One that is switched off has nothing to pass on.
    return found.getPropagators().getTextMapPropagator().fields().isEmpty()
        ? Optional.empty()
        : Optional.of(found);
  }
}
