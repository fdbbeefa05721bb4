package dev.dotori.redisstreams.metrics;

/**
 * Makes the metrics of channels. There is a bean of this type where the application measures; where
 * there is none, channels use {@link ChannelMetrics#NONE} and ask Redis nothing for gauges.
 */
public interface ChannelMetricsFactory {

  ChannelMetrics incoming(String channel, String stream, String group);

  ChannelMetrics outgoing(String channel, String stream);

  /** Begins to show an incoming channel's gauges. */
  void show(String channel, String stream, String group, IncomingGauges gauges);

  /** Begins to show an outgoing channel's gauges. */
  void show(String channel, String stream, OutgoingGauges gauges);
}
