package dev.dotori.redisstreams.internals;

import dev.dotori.redisstreams.RedisStreamsConnectorIncomingConfiguration;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The checked configuration of an incoming channel. {@code RedisStreamsConnector} documents each
 * attribute.
 *
 * @param maxDeliveries zero if there is no limit
 * @param healthPollMaxAge zero if there is no limit
 * @param healthUnprocessedMaxAge zero if there is no limit
 */
public record IncomingSettings(
    String channel,
    String clientName,
    String stream,
    String group,
    String groupStart,
    String consumer,
    boolean batch,
    int batchSize,
    int count,
    Duration block,
    int partitions,
    int maxInFlight,
    int maxInWork,
    Duration lease,
    Duration claimInterval,
    int maxDeliveries,
    String failureStrategy,
    int retryAttempts,
    Duration retryDelay,
    Duration retryMaxDelay,
    double retryJitter,
    String deadLetterStream,
    Trimming trimming,
    Duration maintenanceInterval,
    Duration shutdownTimeout,
    Duration metricsInterval,
    boolean tracingEnabled,
    boolean healthEnabled,
    boolean healthReadinessEnabled,
    Duration healthPollMaxAge,
    Duration healthUnprocessedMaxAge) {

  private static final Duration ZERO = Duration.ZERO;

  /**
   * Reads and checks a channel's configuration.
   *
   * @throws IllegalArgumentException naming the key whose value can't be used
   */
  public static IncomingSettings of(RedisStreamsConnectorIncomingConfiguration config) {
    String channel = config.getChannel();
    Settings check = new Settings("incoming", channel);
    String copy = copy(channel);
    String stream =
        check.name(
            "stream",
            config.getStream().orElse(channel.substring(0, channel.length() - copy.length())));
    String group = check.name("group", config.getGroup().orElseGet(() -> applicationName(check)));
    String start = config.getGroupStart();
    if (!start.equals("0") && !start.equals("$")) {
      throw check.invalid("group-start", start, "0 or $");
    }
    Duration lease = check.duration("lease", config.getLease(), Duration.ofMillis(100));
    Duration claimInterval =
        config
            .getClaimInterval()
            .map(value -> check.duration("claim-interval", value, Duration.ofMillis(10)))
            .orElse(lease.dividedBy(3));
    return new IncomingSettings(
        channel,
        config.getClientName().orElse(RedisClients.DEFAULT_CLIENT),
        stream,
        group,
        start,
        config
            .getConsumer()
            .map(name -> check.name("consumer", name) + copy)
            .orElseGet(() -> consumer(channel)),
        config.getBatch(),
        check.atLeast(1, "batch-size", config.getBatchSize()),
        check.within(1, 10_000, "count", config.getCount()),
        check.duration("block", config.getBlock(), Duration.ofMillis(1)),
        check.within(0, Partitions.MOST, "partitions", config.getPartitions()),
        check.within(1, 100_000, "max-in-flight", config.getMaxInFlight()),
        config
            .getMaxInWork()
            .map(value -> check.within(1, config.getMaxInFlight(), "max-in-work", value))
            .orElse(config.getMaxInFlight()),
        lease,
        claimInterval,
        check.atLeast(0, "max-deliveries", config.getMaxDeliveries()),
        check.name("failure-strategy", config.getFailureStrategy()),
        check.atLeast(0, "retry-attempts", config.getRetryAttempts()),
        check.duration("retry-delay", config.getRetryDelay(), ZERO),
        check.duration("retry-max-delay", config.getRetryMaxDelay(), ZERO),
        check.fraction("retry-jitter", config.getRetryJitter()),
        config.getDeadLetterStream().orElse(stream + ":dead:" + group),
        // Without a group its own is gone and is about to be made again at the stream's start.
        new Trimming(
            check.duration("retention", config.getRetention(), ZERO),
            check.atLeast(0, "max-length", config.getMaxLength()),
            false),
        check.duration(
            "maintenance-interval", config.getMaintenanceInterval(), Duration.ofMillis(10)),
        check.duration("shutdown-timeout", config.getShutdownTimeout(), ZERO),
        check.duration("metrics-interval", config.getMetricsInterval(), Duration.ofMillis(100)),
        config.getTracingEnabled(),
        config.getHealthEnabled(),
        config.getHealthReadinessEnabled(),
        check.duration("health-poll-max-age", config.getHealthPollMaxAge(), ZERO),
        check.duration("health-unprocessed-max-age", config.getHealthUnprocessedMaxAge(), ZERO));
  }

  /** The sorted set of a partitioned stream's live consumers, by when they count as gone. */
  String members() {
    return stream + ":members:" + group;
  }

  /** The hash of who owns which partition, with what fence, until when. */
  String leases() {
    return stream + ":leases:" + group;
  }

  /** The hash of a partition's pending entries that failed, and when they are due again. */
  String failedEntries(String partition) {
    return partition + ":failed:" + group;
  }

  /** The stream of entries whose delay is over; only this group reads it. */
  String retryStream() {
    return retryStream(stream);
  }

  /** The like of a partition: what was given back from its dead letters. */
  String retryStream(String partition) {
    return partition + ":retry:" + group;
  }

  /** The sorted set in which failed entries wait, by due time. */
  String delayedSet() {
    return stream + ":delayed:" + group;
  }

  /**
   * Checks that a cluster keeps all keys of this channel in one slot, without which no script could
   * touch two of them.
   *
   * @throws IllegalArgumentException naming the key whose value can't be used
   */
  public void checkSharedSlot() {
    Settings check = new Settings("incoming", channel);
    int slot = PrimaryLocator.slot(stream);
    if (PrimaryLocator.slot(retryStream()) != slot) {
      throw check.invalid(
          "stream", stream, "a key with a hash tag in a cluster, such as {" + stream + "}");
    }
    if (PrimaryLocator.slot(deadLetterStream) != slot) {
      throw check.invalid(
          "dead-letter.stream", deadLetterStream, "a key with the hash tag of the stream");
    }
  }

  /**
   * What SmallRye appends to the channel's name for each consumer that {@code concurrency} makes.
   */
  private static String copy(String channel) {
    int at = channel.lastIndexOf('$');
    return at > 0 && channel.substring(at + 1).matches("\\d+") ? channel.substring(at) : "";
  }

  private static String applicationName(Settings check) {
    return ConfigProvider.getConfig()
        .getOptionalValue("quarkus.application.name", String.class)
        .orElseThrow(() -> check.invalid("group", "not set", "the name of a consumer group"));
  }

  private static String consumer(String channel) {
    String host = System.getenv("HOSTNAME");
    if (host == null || host.isBlank()) {
      try {
        host = InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        host = "localhost";
      }
    }
    // Host and process id alone repeat: containers of one image often run as process 1, and a
    // host's
    // name may be shared. Two live consumers of one name would take each other's entries for
    // theirs.
    return "%s-%d-%06x-%s"
        .formatted(
            host,
            ProcessHandle.current().pid(),
            ThreadLocalRandom.current().nextInt(1 << 24),
            channel);
  }
}
