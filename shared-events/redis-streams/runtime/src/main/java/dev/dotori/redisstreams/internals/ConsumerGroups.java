package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.List;

/** Makes the consumer groups that a channel reads with, and makes them again when they are gone. */
final class ConsumerGroups {

  private final IncomingRedisStreamsChannel channel;
  private boolean known;

  ConsumerGroups(IncomingRedisStreamsChannel channel) {
    this.channel = channel;
  }

  /**
   * Makes the channel's group on each stream, where it does not exist.
   *
   * @return whether one had existed and was gone
   */
  Future<Boolean> make(List<StreamSource> streams) {
    // A group that existed and is gone starts at 0 again: nothing that Redis still has is skipped.
    boolean again = known;
    List<Future<Boolean>> all = new ArrayList<>(streams.size());
    for (StreamSource each : streams) {
      String start = again || each.retry() ? "0" : channel.settings().groupStart();
      all.add(make(each.key(), start, again));
    }
    return Future.all(all)
        .map(made -> {
          known = true;
          return again && all.stream().anyMatch(Future::result);
        });
  }

  private Future<Boolean> make(String stream, String start, boolean again) {
    String group = channel.settings().group();
    return channel
        .commands()
        .sendWhilePreparing(
            Request.cmd(Command.XGROUP)
                .arg("CREATE")
                .arg(stream)
                .arg(group)
                .arg(start)
                .arg("MKSTREAM"))
        .transform(made -> {
          if (made.succeeded()) {
            if (again) {
              log.groupMadeAgain(group, stream);
            }
            return Future.succeededFuture(true);
          }
          return made.cause() instanceof ErrorType error && error.is("BUSYGROUP")
              ? Future.succeededFuture(false)
              : Future.failedFuture(made.cause());
        });
  }
}
