package dev.dotori.redisstreams.admin;

import dev.dotori.redisstreams.internals.GroupLag;
import dev.dotori.redisstreams.internals.GroupLag.Standing;
import dev.dotori.redisstreams.metrics.StreamState;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Asks Redis which groups a stream has and how they stand, all by commands that only read. */
record StreamGroups(Redis redis, String stream) {

  Future<List<GroupState>> ask() {
    return redis
        .send(Request.cmd(Command.XINFO).arg("GROUPS").arg(stream))
        .compose(
            groups -> {
              List<Future<GroupState>> states = new ArrayList<>();
              groups.forEach(group -> states.add(state(group)));
              return Future.all(states).map(all -> all.<GroupState>list());
            },
            failure ->
                isMissing(failure)
                    ? Future.succeededFuture(List.of())
                    : Future.failedFuture(failure));
  }

  private Future<GroupState> state(Response asked) {
    String group = asked.get("name").toString();
    Future<Standing> standing = standing(stream, group);
    Future<Standing> retries = standing(stream + ":retry:" + group, group);
    Future<Response> delayed = size(Command.ZCARD, stream + ":delayed:" + group);
    Future<Response> dead = size(Command.XLEN, RedisStreamsAdmin.deadLetterStream(stream, group));
    return Future.all(standing, retries, delayed, dead)
        .map(all ->
            new GroupState(
                stream,
                group,
                asked.get("consumers").toInteger(),
                delivered(asked),
                state(
                    standing.result(),
                    retries.result(),
                    delayed.result().toLong(),
                    dead.result().toLong())));
  }

  private static StreamState state(Standing stream, Standing retries, long delayed, long dead) {
    return new StreamState(
        stream.length(),
        stream.lag() + retries.lag(),
        stream.exact() && retries.exact(),
        stream.pending() + retries.pending(),
        Math.max(stream.oldestPendingMillis(), retries.oldestPendingMillis()),
        delayed,
        dead);
  }

  private static OptionalLong delivered(Response group) {
    Response read = group.get("entries-read");
    return read == null ? OptionalLong.empty() : OptionalLong.of(read.toLong());
  }

  private Future<Standing> standing(String key, String group) {
    return redis.send(GroupLag.ask(key, group)).map(Standing::of);
  }

  private Future<Response> size(Command command, String key) {
    return redis.send(Request.cmd(command).arg(key));
  }

  private static boolean isMissing(Throwable failure) {
    return failure instanceof ErrorType error && error.getMessage().contains("no such key");
  }
}
