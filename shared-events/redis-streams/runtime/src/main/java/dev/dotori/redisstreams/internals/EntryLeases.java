package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Renews the lease of each entry that is held, so that no other consumer takes it over.
 *
 * <p>The lease is the time since an entry was delivered or renewed, as the server counts it.
 */
final class EntryLeases {

  private static final int IDS_PER_SCRIPT = 100;

  private final IncomingRedisStreamsChannel channel;
  private final List<HeldEntries> all;
  private final Consumer<StreamEntry> whenLost;
  private final long lease;
  private boolean renewing;

  /**
   * @param whenLost called with each entry that belongs to another consumer by now, and that nobody
   *     works on here
   */
  EntryLeases(
      IncomingRedisStreamsChannel channel, List<HeldEntries> all, Consumer<StreamEntry> whenLost) {
    this.channel = channel;
    this.all = all;
    this.whenLost = whenLost;
    this.lease = channel.settings().lease().toNanos();
  }

  /** Whether work may begin on the entry without asking first whether it is still held. */
  boolean isFresh(StreamEntry entry, long now) {
    return now - entry.leasedAt <= lease - lease / 4;
  }

  void renew() {
    if (renewing || !channel.commands().isConnected()) {
      return;
    }
    long now = System.nanoTime();
    List<Future<Void>> renewals = new ArrayList<>();
    for (HeldEntries each : all) {
      List<String> ids = new ArrayList<>();
      for (StreamEntry entry : each.all()) {
        if (!entry.released && !entry.lost && now - entry.leasedAt > lease / 3) {
          ids.add(entry.sourceId());
        }
      }
      for (int from = 0; from < ids.size(); from += IDS_PER_SCRIPT) {
        int to = Math.min(ids.size(), from + IDS_PER_SCRIPT);
        renewals.add(renew(each, ids.subList(from, to), now));
      }
    }
    if (renewals.isEmpty()) {
      return;
    }
    renewing = true;
    channel
        .commands()
        .onAnswer(
            Future.join(renewals),
            renewed -> {
              renewing = false;
              if (renewed.failed()) {
                channel.commands().refused("renewing leases", renewed.cause(), this::renew);
              }
              channel.wake();
            });
  }

  private Future<Void> renew(HeldEntries of, List<String> ids, long now) {
    IncomingSettings settings = channel.settings();
    return channel
        .commands()
        .send(Scripts.renew(of.source().key(), settings.group(), settings.consumer(), ids))
        .map(lost -> {
          // What is lost stays stale: letting go of one wakes the channel, which hands over at once
          // whatever looks fresh.
          Set<String> gone = new HashSet<>();
          lost.forEach(id -> gone.add(id.toString()));
          for (String id : ids) {
            StreamEntry entry = of.get(id);
            if (entry != null && !gone.contains(id)) {
              entry.leasedAt = now;
            }
          }
          gone.forEach(id -> lost(of.get(id)));
          return null;
        });
  }

  private void lost(StreamEntry entry) {
    if (entry == null || entry.released) {
      return;
    }
    log.leaseLost(channel.settings().channel(), entry.id());
    entry.lost = true;
    if (!entry.emitted) {
      whenLost.accept(entry);
    }
  }

  void disconnected() {
    renewing = false;
  }
}
