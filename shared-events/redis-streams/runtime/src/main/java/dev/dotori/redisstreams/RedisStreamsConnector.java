package dev.dotori.redisstreams;

import static io.smallrye.reactive.messaging.annotations.ConnectorAttribute.Direction.INCOMING;
import static io.smallrye.reactive.messaging.annotations.ConnectorAttribute.Direction.INCOMING_AND_OUTGOING;
import static io.smallrye.reactive.messaging.annotations.ConnectorAttribute.Direction.OUTGOING;

import dev.dotori.redisstreams.converter.BatchDecoder;
import dev.dotori.redisstreams.fault.RedisStreamsFailureHandler;
import dev.dotori.redisstreams.internals.IncomingRedisStreamsChannel;
import dev.dotori.redisstreams.internals.IncomingSettings;
import dev.dotori.redisstreams.internals.Observation;
import dev.dotori.redisstreams.internals.OutgoingRedisStreamsChannel;
import dev.dotori.redisstreams.internals.OutgoingSettings;
import dev.dotori.redisstreams.internals.RedisClients;
import dev.dotori.redisstreams.metrics.ChannelState;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.reactive.messaging.annotations.ConnectorAttribute;
import io.smallrye.reactive.messaging.connector.InboundConnector;
import io.smallrye.reactive.messaging.connector.OutboundConnector;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.smallrye.reactive.messaging.health.HealthReporter;
import io.smallrye.reactive.messaging.providers.connectors.ExecutionHolder;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

/** Declares the attributes of {@code smallrye-redis-streams} and makes its channels. */
@ApplicationScoped
@Connector(RedisStreamsConnector.CONNECTOR_NAME)
@ConnectorAttribute(
    name = "client-name",
    type = "string",
    direction = INCOMING_AND_OUTGOING,
    description =
        "Name of the Quarkus Redis client whose hosts, credentials and TLS are used"
            + " (`quarkus.redis.<name>.*`); the default client if not set")
@ConnectorAttribute(
    name = "stream",
    type = "string",
    direction = INCOMING_AND_OUTGOING,
    description = "Key of the stream; the channel's name if not set")
@ConnectorAttribute(
    name = "health-enabled",
    type = "boolean",
    direction = INCOMING_AND_OUTGOING,
    description = "Whether the channel's state is part of the health checks",
    defaultValue = "true")
@ConnectorAttribute(
    name = "health-readiness-enabled",
    type = "boolean",
    direction = INCOMING_AND_OUTGOING,
    description =
        "Whether the channel's state is part of the readiness check. Without it a process stays"
            + " ready while Redis is away",
    defaultValue = "true")
@ConnectorAttribute(
    name = "health-poll-max-age",
    type = "string",
    direction = INCOMING,
    description =
        "Liveness fails when Redis is connected and no read that was due was answered for this"
            + " long, beyond `block`, or when the channel's event loop did not run; `0` for no"
            + " limit",
    defaultValue = "1m")
@ConnectorAttribute(
    name = "health-unprocessed-max-age",
    type = "string",
    direction = INCOMING,
    description =
        "Liveness fails when an entry that was handed over has not been settled for this long: its"
            + " handler is stuck. Longer than any work takes; `0` for no limit",
    defaultValue = "1h")
@ConnectorAttribute(
    name = "metrics-interval",
    type = "string",
    direction = INCOMING,
    description =
        "How often Redis is asked for the stream's length, the group's lag and other gauges; only"
            + " if the application has Micrometer",
    defaultValue = "10s")
@ConnectorAttribute(
    name = "tracing-enabled",
    type = "boolean",
    direction = INCOMING_AND_OUTGOING,
    description = "Whether messages are traced, if the application has OpenTelemetry",
    defaultValue = "true")
@ConnectorAttribute(
    name = "shutdown-timeout",
    type = "string",
    direction = INCOMING_AND_OUTGOING,
    description =
        "How long shutdown waits for entries in work to be settled or messages in flight to be"
            + " added",
    defaultValue = "10s")
@ConnectorAttribute(
    name = "group",
    type = "string",
    direction = INCOMING,
    description =
        "Consumer group, created if it does not exist; `quarkus.application.name` if not set")
@ConnectorAttribute(
    name = "group-start",
    type = "string",
    direction = INCOMING,
    description =
        "Where a group that does not exist yet starts: `0` (all that the stream holds) or `$` (what"
            + " is added from then on). A group that Redis lost is always made again at `0`",
    defaultValue = "0")
@ConnectorAttribute(
    name = "consumer",
    type = "string",
    direction = INCOMING,
    description =
        "Name of this process within the group. It must be unique among live processes; made of"
            + " host name, process id and a random part if not set")
@ConnectorAttribute(
    name = "batch",
    type = "boolean",
    direction = INCOMING,
    description = "Whether entries are handed over as batches (`Message<List<byte[]>>`)",
    defaultValue = "false")
@ConnectorAttribute(
    name = "batch-size",
    type = "int",
    direction = INCOMING,
    description = "Most entries in one batch; a batch holds what is waiting, never waits to fill",
    defaultValue = "100")
@ConnectorAttribute(
    name = "count",
    type = "int",
    direction = INCOMING,
    description = "Most entries asked of Redis in one read",
    defaultValue = "100")
@ConnectorAttribute(
    name = "block",
    type = "string",
    direction = INCOMING,
    description = "How long a read waits in Redis for entries",
    defaultValue = "2s")
@ConnectorAttribute(
    name = "max-in-flight",
    type = "int",
    direction = INCOMING,
    description = "Most entries held at once: read from Redis and not yet acked or nacked",
    defaultValue = "500")
@ConnectorAttribute(
    name = "partitions",
    type = "int",
    direction = INCOMING,
    description =
        "Number of partitions of the stream: each belongs to one consumer of the group at a time, and"
            + " entries with one key are handled strictly in order. All publishers and consumers of"
            + " the stream must say the same number. `0` for a stream that all consumers share,"
            + " without order by key",
    defaultValue = "0")
@ConnectorAttribute(
    name = "max-in-work",
    type = "int",
    direction = INCOMING,
    description =
        "Most entries in work at once: handed over and not yet acked or nacked; `max-in-flight` if"
            + " not set")
@ConnectorAttribute(
    name = "lease",
    type = "string",
    direction = INCOMING,
    description =
        "How long an entry belongs to the consumer that read it. Renewed while the entry is held;"
            + " when it ends another consumer takes the entry over",
    defaultValue = "30s")
@ConnectorAttribute(
    name = "claim-interval",
    type = "string",
    direction = INCOMING,
    description =
        "How often entries whose lease ended are looked for; a third of `lease` if not set")
@ConnectorAttribute(
    name = "max-deliveries",
    type = "int",
    direction = INCOMING,
    description =
        "After how many deliveries without an answer (the consumer died each time) an entry goes to"
            + " the dead letters; 0 for never",
    defaultValue = "5")
@ConnectorAttribute(
    name = "failure-strategy",
    type = "string",
    direction = INCOMING,
    description =
        "What happens to a nacked entry: `fail`, `ignore`, `retry`, `dead-letter`, or the identifier"
            + " of a `RedisStreamsFailureHandler.Factory` bean",
    defaultValue = "retry")
@ConnectorAttribute(
    name = "retry-attempts",
    type = "int",
    direction = INCOMING,
    description =
        "How often the strategy `retry` tries an entry again before it goes to the dead letters",
    defaultValue = "5")
@ConnectorAttribute(
    name = "retry-delay",
    type = "string",
    direction = INCOMING,
    description = "Delay before the first new attempt; it doubles with each further one",
    defaultValue = "1s")
@ConnectorAttribute(
    name = "retry-max-delay",
    type = "string",
    direction = INCOMING,
    description = "Longest delay before a new attempt",
    defaultValue = "1m")
@ConnectorAttribute(
    name = "retry-jitter",
    type = "double",
    direction = INCOMING,
    description = "Part of the delay that is random, to both sides; 0 to 1",
    defaultValue = "0.1")
@ConnectorAttribute(
    name = "dead-letter.stream",
    type = "string",
    direction = INCOMING,
    description = "Stream of the dead letters; `<stream>:dead:<group>` if not set")
@ConnectorAttribute(
    name = "retention",
    type = "string",
    direction = INCOMING,
    description =
        "Entries older than this, and acknowledged by every group of the stream, are trimmed; `0`"
            + " never trims",
    defaultValue = "1h")
@ConnectorAttribute(
    name = "maintenance-interval",
    type = "string",
    direction = INCOMING_AND_OUTGOING,
    description =
        "How often the stream is trimmed and, incoming, consumers that are gone are removed from the"
            + " group",
    defaultValue = "1m")
@ConnectorAttribute(
    name = "max-in-flight",
    type = "int",
    direction = OUTGOING,
    description = "Most messages sent and not yet answered by Redis; order is kept",
    defaultValue = "256")
@ConnectorAttribute(
    name = "publish-timeout",
    type = "string",
    direction = OUTGOING,
    description =
        "How long a message may wait for Redis, lost connections and refusals that pass (out of"
            + " memory) included, before it is nacked",
    defaultValue = "30s")
@ConnectorAttribute(
    name = "partitions",
    type = "int",
    direction = OUTGOING,
    description =
        "Number of streams `<stream>:0` to `<stream>:<n-1>` among which entries are placed by their"
            + " key; the same for all channels of a stream, for ever. 0 for one stream",
    defaultValue = "0")
@ConnectorAttribute(
    name = "idempotence",
    type = "boolean",
    direction = OUTGOING,
    description =
        "Whether an event that is sent again, by its CloudEvent id or"
            + " `OutgoingRedisStreamMetadata.withId`, is added once only",
    defaultValue = "false")
@ConnectorAttribute(
    name = "idempotence-window",
    type = "int",
    direction = OUTGOING,
    description =
        "How many of a stream's last event ids are remembered for `idempotence`, at about 200 bytes"
            + " each",
    defaultValue = "10000")
@ConnectorAttribute(
    name = "wait-replicas",
    type = "int",
    direction = OUTGOING,
    description =
        "How many replicas must have an entry before its message is acknowledged (`WAIT`)",
    defaultValue = "0")
@ConnectorAttribute(
    name = "wait-local-fsync",
    type = "boolean",
    direction = OUTGOING,
    description =
        "Whether an entry must be in the server's append-only file, and that on its disk, before its"
            + " message is acknowledged (`WAITAOF`, Redis 7.2)",
    defaultValue = "false")
@ConnectorAttribute(
    name = "wait-timeout",
    type = "string",
    direction = OUTGOING,
    description =
        "How long `wait-replicas` and `wait-local-fsync` wait before the message is nacked, though"
            + " its entry is on the stream",
    defaultValue = "1s")
@ConnectorAttribute(
    name = "max-length",
    type = "int",
    direction = INCOMING_AND_OUTGOING,
    description =
        "The oldest of more entries than this, when acknowledged by every group of the stream, are"
            + " trimmed; 0 for no limit",
    defaultValue = "0")
@ConnectorAttribute(
    name = "retention",
    type = "string",
    direction = OUTGOING,
    description =
        "Entries older than this, and acknowledged by every group of the stream, are trimmed; `0`"
            + " leaves that to the incoming channels",
    defaultValue = "0")
@ConnectorAttribute(
    name = "cloud-events-mode",
    type = "string",
    direction = OUTGOING,
    description =
        "How a CloudEvent is written: `binary`, its attributes in fields of their own, or"
            + " `structured`, all of it as one JSON document",
    defaultValue = "binary")
@ConnectorAttribute(
    name = "cloud-events-type",
    type = "string",
    direction = OUTGOING,
    description =
        "Type of CloudEvents that have none; with `cloud-events-source` every message becomes a"
            + " CloudEvent")
@ConnectorAttribute(
    name = "cloud-events-source",
    type = "string",
    direction = OUTGOING,
    description =
        "Source of CloudEvents that have none; with `cloud-events-type` every message becomes a"
            + " CloudEvent")
public class RedisStreamsConnector implements InboundConnector, OutboundConnector, HealthReporter {

  /** The connector's name in {@code mp.messaging.*.*.connector}. */
  public static final String CONNECTOR_NAME = "smallrye-redis-streams";

  private final ExecutionHolder execution;
  private final RedisClients clients;
  private final BatchDecoder batches;
  private final Instance<RedisStreamsFailureHandler.Factory> failureHandlers;
  private final Observation observation;
  private final List<IncomingRedisStreamsChannel> incoming = new CopyOnWriteArrayList<>();
  private final List<OutgoingRedisStreamsChannel> outgoing = new CopyOnWriteArrayList<>();
  private final Map<String, IncomingSettings> incomingSettings = new ConcurrentHashMap<>();

  @Inject
  public RedisStreamsConnector(
      ExecutionHolder execution,
      RedisClients clients,
      BatchDecoder batches,
      @Any Instance<RedisStreamsFailureHandler.Factory> failureHandlers,
      Observation observation) {
    this.execution = execution;
    this.clients = clients;
    this.batches = batches;
    this.failureHandlers = failureHandlers;
    this.observation = observation;
  }

  @Override
  public Flow.Publisher<? extends Message<?>> getPublisher(Config config) {
    RedisStreamsConnectorIncomingConfiguration attributes =
        new RedisStreamsConnectorIncomingConfiguration(config);
    IncomingSettings settings = IncomingSettings.of(attributes);
    RedisOptions options = clients.options(settings.clientName());
    if (options.getType() == RedisClientType.CLUSTER) {
      settings.checkSharedSlot();
    }
    IncomingRedisStreamsChannel channel =
        new IncomingRedisStreamsChannel(
            execution.vertx().getDelegate(),
            options,
            settings,
            RedisStreamsFailureHandler.named(attributes, failureHandlers),
            observation.metrics(settings),
            observation.tracing(settings));
    observation.show(settings, channel);
    incoming.add(channel);
    incomingSettings.put(settings.channel(), settings);
    return settings.batch()
        ? batches.decoded(settings.channel(), channel.publisher())
        : channel.publisher();
  }

  @Override
  public Flow.Subscriber<? extends Message<?>> getSubscriber(Config config) {
    OutgoingSettings settings =
        OutgoingSettings.of(new RedisStreamsConnectorOutgoingConfiguration(config));
    RedisOptions options = clients.options(settings.clientName());
    if (options.getType() == RedisClientType.CLUSTER) {
      settings.checkSharedSlot();
    }
    OutgoingRedisStreamsChannel channel =
        new OutgoingRedisStreamsChannel(
            execution.vertx().getDelegate(),
            options,
            settings,
            observation.metrics(settings),
            observation.tracing(settings));
    observation.show(settings, channel);
    outgoing.add(channel);
    return channel.subscriber();
  }

  /** How an incoming channel of this application is configured, if there is one of that name. */
  public Optional<IncomingSettings> incomingSettings(String channel) {
    // Of a channel with SmallRye's concurrency each copy has a number; they differ in nothing else.
    return Optional.ofNullable(incomingSettings.get(channel))
        .or(() -> Optional.ofNullable(incomingSettings.get(channel + "$1")));
  }

  /**
   * Drains the channels before anything that handlers need is shut down: what is in work is
   * settled, what waits is given back, then what handlers published is added.
   */
  void drain(@Observes @Priority(Integer.MIN_VALUE + 100) ShutdownEvent event) {
    awaitAll(incoming, IncomingRedisStreamsChannel::drain);
    awaitAll(outgoing, OutgoingRedisStreamsChannel::drain);
    incoming.clear();
    outgoing.clear();
  }

  private static <C> void awaitAll(List<C> channels, Function<C, CompletableFuture<Void>> drain) {
    // Every drain completes by itself within its channel's shutdown-timeout.
    CompletableFuture.allOf(channels.stream().map(drain).toArray(CompletableFuture[]::new)).join();
  }

  /** How each channel stands, incoming ones first; those that Redis does not answer for too. */
  public CompletionStage<List<ChannelState>> channels() {
    List<CompletableFuture<ChannelState>> states = new ArrayList<>();
    incoming.forEach(channel -> states.add(channel.state().toCompletableFuture()));
    outgoing.forEach(channel -> states.add(CompletableFuture.completedFuture(channel.state())));
    return CompletableFuture.allOf(states.toArray(CompletableFuture[]::new))
        .thenApply(all -> states.stream().map(CompletableFuture::join).toList());
  }

  @Override
  public HealthReport getReadiness() {
    HealthReport.HealthReportBuilder report = HealthReport.builder();
    incoming.forEach(channel -> channel.readiness(report));
    outgoing.forEach(channel -> channel.readiness(report));
    return report.build();
  }

  @Override
  public HealthReport getLiveness() {
    HealthReport.HealthReportBuilder report = HealthReport.builder();
    incoming.forEach(channel -> channel.liveness(report));
    outgoing.forEach(channel -> channel.liveness(report));
    return report.build();
  }

  @Override
  public HealthReport getStartup() {
    HealthReport.HealthReportBuilder report = HealthReport.builder();
    incoming.forEach(channel -> channel.startup(report));
    outgoing.forEach(channel -> channel.startup(report));
    return report.build();
  }
}
