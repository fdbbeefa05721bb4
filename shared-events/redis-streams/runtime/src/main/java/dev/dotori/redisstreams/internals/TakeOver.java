package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Takes over entries whose lease ended, because their consumer died or was cut off.
 *
 * <p>XPENDING and XCLAIM rather than XAUTOCLAIM or XREADGROUP's CLAIM: those count a delivery for
 * everything they take, and an entry that may be what kills its consumers must be counted when it
 * is handed over (see {@link Suspects}).
 */
final class TakeOver {

  private final IncomingRedisStreamsChannel channel;
  private final List<HeldEntries> all;
  private final Suspects suspects;
  private final Consumer<StreamEntry> ready;
  private boolean due = true;
  private boolean busy;

  /**
   * @param ready called with each entry that may be handed over like any other
   */
  TakeOver(
      IncomingRedisStreamsChannel channel,
      List<HeldEntries> all,
      Suspects suspects,
      Consumer<StreamEntry> ready) {
    this.channel = channel;
    this.all = all;
    this.suspects = suspects;
    this.ready = ready;
  }

  void setDue() {
    due = true;
  }

  boolean isBusy() {
    return busy;
  }

  void disconnected() {
    busy = false;
  }

  void run() {
    InFlight inFlight = channel.inFlight();
    if (!due || busy || inFlight.room() <= 0) {
      return;
    }
    due = false;
    busy = true;
    int limit = Math.min(channel.settings().count(), inFlight.room());
    inFlight.reserve(limit);
    RedisCommands commands = channel.commands();
    Future<Boolean> more = Future.succeededFuture(false);
    for (HeldEntries each : all) {
      more =
          commands.compose(
              more, true, before -> before ? Future.succeededFuture(true) : from(each, limit));
    }
    commands.onAnswer(
        more,
        done -> {
          busy = false;
          inFlight.unreserve(limit);
          if (done.failed()) {
            commands.refused("looking for entries to take over", done.cause(), () -> due = true);
          } else if (done.result()) {
            due = true;
          }
          channel.wake();
        });
  }

  /** Answers whether entries were taken, so that there may be more. */
  private Future<Boolean> from(HeldEntries of, int limit) {
    IncomingSettings settings = channel.settings();
    return channel
        .commands()
        .send(
            Request.cmd(Command.XPENDING)
                .arg(of.source().key())
                .arg(settings.group())
                .arg("IDLE")
                .arg(settings.lease().toMillis())
                .arg("-")
                .arg("+")
                .arg(limit))
        .compose(pending -> claim(of, pending));
  }

  private Future<Boolean> claim(HeldEntries of, Response pending) {
    // By the delivery count that the server has.
    Map<Integer, List<String>> byCount = new TreeMap<>();
    int suspectsToTake = suspects.room();
    for (Response row : pending) {
      String id = row.get(0).toString();
      int count = row.get(3).toInteger();
      if (of.holds(id) || (count > 1 && suspectsToTake-- <= 0)) {
        continue;
      }
      byCount.computeIfAbsent(count, none -> new ArrayList<>()).add(id);
    }
    List<Future<Integer>> claims = new ArrayList<>();
    byCount.forEach((count, ids) -> claims.add(claim(of, count, ids)));
    return Future.all(claims)
        .map(done -> {
          int taken = claims.stream().mapToInt(Future::result).sum();
          if (taken > 0) {
            log.tookOver(channel.settings().channel(), taken);
            channel.metrics().claimed(taken);
          }
          return taken > 0;
        });
  }

  private Future<Integer> claim(HeldEntries of, int count, List<String> ids) {
    IncomingSettings settings = channel.settings();
    // The server answers only for what is still idle: of several consumers one gets the entry.
    Request claim =
        Request.cmd(Command.XCLAIM)
            .arg(of.source().key())
            .arg(settings.group())
            .arg(settings.consumer())
            .arg(settings.lease().toMillis());
    ids.forEach(claim::arg);
    // A suspect's delivery is counted when it is handed over.
    int deliveries = count > 1 ? count : count + 1;
    claim.arg("RETRYCOUNT").arg(deliveries);
    long now = System.nanoTime();
    return channel
        .commands()
        .compose(
            channel.commands().send(claim), 0, claimed -> claimed(of, ids, claimed, count, now));
  }

  private Future<Integer> claimed(
      HeldEntries of, List<String> ids, Response claimed, int count, long now) {
    int taken = 0;
    List<String> missing = new ArrayList<>(ids);
    for (Response row : claimed) {
      if (row == null || row.size() < 2 || row.get(1) == null) {
        continue; // Redis 6 answers so for an entry that was deleted
      }
      String id = row.get(0).toString();
      missing.remove(id);
      taken++;
      StreamEntry entry = of.hold(id, row.get(1), count > 1 ? count : count + 1, now);
      if (entry == null) {
        continue;
      }
      if (count <= 1) {
        ready.accept(entry);
      } else if (channel.isPoison(entry)) {
        channel.settlements().deadLetterPoison(entry);
      } else {
        entry.suspect = true;
        suspects.add(entry);
      }
    }
    int took = taken;
    return forgetDeleted(of, missing).map(gone -> took);
  }

  private Future<Void> forgetDeleted(HeldEntries of, List<String> ids) {
    if (ids.isEmpty()) {
      return Future.succeededFuture();
    }
    String stream = of.source().key();
    String group = channel.settings().group();
    return channel
        .commands()
        .send(Scripts.forgetDeleted(stream, group, ids))
        .map(gone -> {
          if (gone.toInteger() > 0) {
            log.trimmedBeforeProcessed(gone.toInteger(), stream, group);
          }
          return null;
        });
  }
}
