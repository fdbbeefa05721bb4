package dev.dotori.redisstreams.internals;

import dev.dotori.redisstreams.RedisStreamsConnectorOutgoingConfiguration;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * The checked configuration of an outgoing channel. {@code RedisStreamsConnector} documents each
 * attribute.
 *
 * @param partitions {@link Partitions#NONE} for one stream without order by key
 * @param idempotenceWindow how many event ids are remembered for each stream; zero without
 *     idempotence
 */
public record OutgoingSettings(
    String channel,
    String clientName,
    String stream,
    int partitions,
    int maxInFlight,
    Duration publishTimeout,
    int idempotenceWindow,
    Durability durability,
    Trimming trimming,
    Duration maintenanceInterval,
    EventDefaults events,
    Duration shutdownTimeout,
    boolean healthEnabled,
    boolean healthReadinessEnabled,
    boolean tracingEnabled) {

  /**
   * How CloudEvents are written, and what makes one of a message that has no event metadata.
   *
   * @param structured whether the whole event is one JSON document
   */
  record EventDefaults(boolean structured, Optional<String> type, Optional<URI> source) {}

  /**
   * Reads and checks a channel's configuration.
   *
   * @throws IllegalArgumentException naming the key whose value can't be used
   */
  public static OutgoingSettings of(RedisStreamsConnectorOutgoingConfiguration config) {
    String channel = config.getChannel();
    Settings check = new Settings("outgoing", channel);
    int maxInFlight = check.within(1, 10_000, "max-in-flight", config.getMaxInFlight());
    Duration publishTimeout =
        check.duration("publish-timeout", config.getPublishTimeout(), Duration.ofMillis(1));
    return new OutgoingSettings(
        channel,
        config.getClientName().orElse(RedisClients.DEFAULT_CLIENT),
        check.name("stream", config.getStream().orElse(channel)),
        check.within(0, Partitions.MOST, "partitions", config.getPartitions()),
        maxInFlight,
        publishTimeout,
        // Fewer would not cover what is sent again when a connection breaks.
        config.getIdempotence()
            ? check.within(
                maxInFlight, 1_000_000, "idempotence-window", config.getIdempotenceWindow())
            : 0,
        durability(check, config, publishTimeout),
        new Trimming(
            check.duration("retention", config.getRetention(), Duration.ZERO),
            check.atLeast(0, "max-length", config.getMaxLength()),
            true),
        check.duration(
            "maintenance-interval", config.getMaintenanceInterval(), Duration.ofMillis(10)),
        events(check, config),
        check.duration("shutdown-timeout", config.getShutdownTimeout(), Duration.ZERO),
        config.getHealthEnabled(),
        config.getHealthReadinessEnabled(),
        config.getTracingEnabled());
  }

  /**
   * Refuses a stream whose own further keys a cluster would keep on other servers.
   *
   * @throws IllegalArgumentException naming the key
   */
  public void checkSharedSlot() {
    if (PrimaryLocator.slot(stream) != PrimaryLocator.slot(EventIds.set(stream))) {
      throw new Settings("outgoing", channel)
          .invalid(
              "stream", stream, "a key with a hash tag in a cluster, such as {" + stream + "}");
    }
  }

  private static Durability durability(
      Settings check, RedisStreamsConnectorOutgoingConfiguration config, Duration publishTimeout) {
    Durability durability =
        new Durability(
            check.atLeast(0, "wait-replicas", config.getWaitReplicas()),
            config.getWaitLocalFsync(),
            check.duration("wait-timeout", config.getWaitTimeout(), Duration.ofMillis(1)));
    if (durability.isAwaited() && durability.timeout().compareTo(publishTimeout) >= 0) {
      throw check.invalid("wait-timeout", config.getWaitTimeout(), "shorter than publish-timeout");
    }
    return durability;
  }

  private static EventDefaults events(
      Settings check, RedisStreamsConnectorOutgoingConfiguration config) {
    String mode = config.getCloudEventsMode();
    if (!mode.equals("binary") && !mode.equals("structured")) {
      throw check.invalid("cloud-events-mode", mode, "binary or structured");
    }
    Optional<URI> source =
        config
            .getCloudEventsSource()
            .map(text -> {
              try {
                return new URI(text);
              } catch (URISyntaxException e) {
                throw check.invalid("cloud-events-source", text, "a URI reference");
              }
            });
    return new EventDefaults(mode.equals("structured"), config.getCloudEventsType(), source);
  }
}
