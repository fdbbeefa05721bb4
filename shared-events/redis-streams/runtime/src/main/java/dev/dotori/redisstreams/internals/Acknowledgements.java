package dev.dotori.redisstreams.internals;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/** Collects acknowledgements and sends many at once, after a few milliseconds at most. */
final class Acknowledgements {

  private static final int ENTRIES_PER_FLUSH = 200;
  private static final long DELAY_MS = 5;

  private final IncomingRedisStreamsChannel channel;
  private final List<HeldEntries> unsent = new ArrayList<>();
  private int waiting;
  private boolean timer;

  Acknowledgements(IncomingRedisStreamsChannel channel) {
    this.channel = channel;
  }

  void collect(StreamEntry entry) {
    HeldEntries held = entry.held();
    if (held.acknowledged.isEmpty()) {
      unsent.add(held);
    }
    held.acknowledged.add(entry.sourceId());
    waiting++;
  }

  /** Sends what is worth sending, and sees to it that the rest follows. */
  void flushWhenDue() {
    if (waiting >= ENTRIES_PER_FLUSH) {
      flush();
    } else if (waiting > 0 && !timer) {
      timer = true;
      channel
          .vertx()
          .setTimer(
              DELAY_MS,
              id -> {
                timer = false;
                flush();
              });
    }
  }

  /** Sends all; completes when Redis has answered, fails if it did not. */
  Future<Void> flush() {
    if (waiting == 0 || !channel.commands().isConnected()) {
      return Future.succeededFuture();
    }
    waiting = 0;
    List<HeldEntries> all = List.copyOf(unsent);
    unsent.clear();
    List<Future<Void>> sent = new ArrayList<>(all.size());
    for (HeldEntries held : all) {
      List<String> ids = held.acknowledged;
      held.acknowledged = new ArrayList<>();
      sent.add(send(held, ids));
    }
    return sent.size() == 1 ? sent.getFirst() : Future.all(sent).mapEmpty();
  }

  private Future<Void> send(HeldEntries held, List<String> ids) {
    StreamSource source = held.source();
    Request ack = Request.cmd(Command.XACK).arg(source.key()).arg(channel.settings().group());
    ids.forEach(ack::arg);
    Future<Response> acked = channel.commands().send(ack);
    if (source.retry()) {
      Request delete = Request.cmd(Command.XDEL).arg(source.key());
      ids.forEach(delete::arg);
      Future<Response> deleted = channel.commands().send(delete);
      acked = acked.compose(ok -> deleted);
    }
    return acked
        .onSuccess(ok -> {
          held.forget(ids);
          channel.metrics().acknowledged(ids.size());
        })
        .onFailure(failure -> {
          if (held.acknowledged.isEmpty()) {
            unsent.add(held);
          }
          held.acknowledged.addAll(ids);
          waiting += ids.size();
          channel.commands().refused("acknowledgements", failure, this::flush);
        })
        .mapEmpty();
  }
}
