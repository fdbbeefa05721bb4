package dev.dotori.redisstreams.admin;

import dev.dotori.redisstreams.RedisStreamsConnector;
import dev.dotori.redisstreams.internals.IncomingSettings;
import dev.dotori.redisstreams.internals.RedisClients;
import dev.dotori.redisstreams.metrics.ChannelState;
import io.quarkus.redis.client.RedisClientName;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Redis;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

/**
 * Looks into the streams of channels, and replays or drops their dead letters.
 *
 * <pre>{@code
 * @Inject RedisStreamsAdmin admin;
 *
 * long replayed =
 *     admin.deadLetters("orders")
 *         .replay(DeadLetterFilter.all().exception("java.net.ConnectException"))
 *         .collect().last()
 *         .await().indefinitely()
 *         .done();
 * }</pre>
 *
 * <p>Commands go through the Quarkus Redis client that the channel names. Its answers come on an
 * event loop; a caller on a worker or virtual thread may {@code await()} them.
 */
@ApplicationScoped
public class RedisStreamsAdmin {

  private final RedisStreamsConnector connector;
  private final Instance<Redis> clients;

  @Inject
  public RedisStreamsAdmin(
      @Connector(RedisStreamsConnector.CONNECTOR_NAME) RedisStreamsConnector connector,
      @Any Instance<Redis> clients) {
    this.connector = connector;
    this.clients = clients;
  }

  /**
   * How the connector's channels of this application stand, incoming and outgoing: connection, what
   * is in flight, and of the stream its length, the group's lag, what is pending, delayed and dead.
   * What Redis can't be asked for is missing ({@link ChannelState}).
   */
  public Uni<List<ChannelState>> channels() {
    return Uni.createFrom().completionStage(connector::channels);
  }

  /**
   * Every group of a stream of the default client, also of other applications: how it stands, with
   * the default places for retries and dead letters. Nothing for a stream that isn't there. Streams
   * with {@code partitions} are asked one by one, each partition being a stream.
   */
  public Uni<List<GroupState>> groups(String stream) {
    return Uni.createFrom()
        .completionStage(() ->
            new StreamGroups(client(RedisClients.DEFAULT_CLIENT), stream)
                .ask()
                .toCompletionStage());
  }

  /**
   * The dead letters of an incoming channel of this application.
   *
   * @throws IllegalArgumentException if there is no such channel
   */
  public DeadLetters deadLetters(String channel) {
    IncomingSettings settings =
        connector
            .incomingSettings(channel)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "There is no incoming channel '%s' of %s"
                        .formatted(channel, RedisStreamsConnector.CONNECTOR_NAME)));
    return new DeadLetters(
        this::client,
        settings.clientName(),
        settings.stream(),
        settings.group(),
        settings.deadLetterStream());
  }

  /**
   * The dead letters of any group of any stream, on the default client and in the default place;
   * {@link DeadLetters#onClient} and {@link DeadLetters#storedIn} say otherwise.
   */
  public DeadLetters deadLetters(String stream, String group) {
    return new DeadLetters(
        this::client, RedisClients.DEFAULT_CLIENT, stream, group, deadLetterStream(stream, group));
  }

  static String deadLetterStream(String stream, String group) {
    return stream + ":dead:" + group;
  }

  private Redis client(String name) {
    boolean isDefault = name.equals(RedisClients.DEFAULT_CLIENT);
    Instance<Redis> named =
        clients.select(isDefault ? Default.Literal.INSTANCE : RedisClientName.Literal.of(name));
    if (!named.isResolvable()) {
      throw new IllegalArgumentException(
          "There is no Redis client '%s': no channel names it, and nothing injects it"
              .formatted(name));
    }
    return named.get();
  }
}
