package dev.dotori.redisstreams.devui;

import dev.dotori.redisstreams.RedisStreamsConnector;
import dev.dotori.redisstreams.metrics.ChannelState;
import dev.dotori.redisstreams.metrics.StreamState;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Locale;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

/** What the Dev UI's page asks for; a bean in dev mode only. */
@ApplicationScoped
public class RedisStreamsDevUi {

  private final RedisStreamsConnector connector;

  @Inject
  public RedisStreamsDevUi(
      @Connector(RedisStreamsConnector.CONNECTOR_NAME) RedisStreamsConnector connector) {
    this.connector = connector;
  }

  /**
   * How each channel stands at this moment, as {@link ChannelState} and {@link StreamState} in one
   * object. What is not known, or not of the channel's direction, is missing.
   */
  public Uni<JsonArray> getChannels() {
    return Uni.createFrom()
        .completionStage(connector::channels)
        .map(channels -> {
          JsonArray rows = new JsonArray();
          channels.forEach(channel -> rows.add(row(channel)));
          return rows;
        });
  }

  private static JsonObject row(ChannelState channel) {
    JsonObject row =
        new JsonObject()
            .put("channel", channel.channel())
            .put("direction", channel.direction().name().toLowerCase(Locale.ROOT))
            .put("stream", channel.stream())
            .put("connected", channel.connected())
            .put("inFlight", channel.inFlight());
    if (channel.problem() != null) {
      row.put("problem", channel.problem());
    }
    if (channel.group() != null) {
      row.put("group", channel.group()).put("consumer", channel.consumer());
    }
    StreamState stream = channel.streamState();
    if (stream != null) {
      row.put("length", stream.length())
          .put("lag", stream.lag())
          .put("lagExact", stream.lagExact())
          .put("pending", stream.pending())
          .put("oldestPendingMillis", stream.oldestPendingMillis())
          .put("delayed", stream.delayed())
          .put("deadLetters", stream.deadLetters());
    }
    return row;
  }
}
