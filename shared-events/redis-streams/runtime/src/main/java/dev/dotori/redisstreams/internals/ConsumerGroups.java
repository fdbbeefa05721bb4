package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
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
          if (made.cause() instanceof ErrorType error && error.is("BUSYGROUP")) {
            return Future.succeededFuture(false);
          }
          return Refusal.of(made.cause()) == Refusal.FOR_NOW
              ? unlessThere(stream, made.cause())
              : Future.failedFuture(made.cause());
        });
  }

  /** A full server refuses to make even what is there; reading from it is what it needs. */
  private Future<Boolean> unlessThere(String stream, Throwable refusal) {
    return channel
        .commands()
        .sendWhilePreparing(Request.cmd(Command.XINFO).arg("GROUPS").arg(stream))
        .compose(groups -> {
          for (Response each : groups) {
            if (each.get("name").toString().equals(channel.settings().group())) {
              return Future.succeededFuture(false);
            }
          }
          return Future.failedFuture(refusal);
        });
  }
}
