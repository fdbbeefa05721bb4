package dev.dotori.redisstreams.internals;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Entries that were taken over more than once: each may be what kills its consumers.
 *
 * <p>A suspect is handed over alone, with its delivery counted just before. So the count of an
 * entry that kills its consumer rises by its own doing only, and its neighbours don't end as dead
 * letters with it.
 */
final class Suspects {

  private static final int MOST = 16;

  private final IncomingRedisStreamsChannel channel;
  private final Deque<StreamEntry> waiting = new ArrayDeque<>();

  /** The one whose delivery is being counted, is counted, or is in work. */
  private StreamEntry current;

  private boolean counted;

  Suspects(IncomingRedisStreamsChannel channel) {
    this.channel = channel;
  }

  void add(StreamEntry entry) {
    waiting.add(entry);
  }

  void remove(StreamEntry entry) {
    waiting.remove(entry);
  }

  void clear() {
    waiting.clear();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** How many more may be taken over. */
  int room() {
    return MOST - waiting.size();
  }

  /** Whether the server counts a delivery of the entry that has not happened. */
  boolean isDeliveryCounted(StreamEntry entry) {
    return !entry.suspect || entry == current && counted;
  }

  /** The next suspect once its delivery is counted and no other is in work; else null. */
  StreamEntry next() {
    if (current == null) {
      current = waiting.poll();
      if (current == null) {
        return null;
      }
      countDelivery(current);
    }
    return counted && !current.emitted ? current : null;
  }

  private void countDelivery(StreamEntry entry) {
    counted = false;
    IncomingSettings settings = channel.settings();
    RedisCommands commands = channel.commands();
    long sent = System.nanoTime();
    commands.onAnswer(
        commands.send(
            Scripts.countDelivery(
                entry.source().key(),
                settings.group(),
                settings.consumer(),
                entry.sourceId(),
                entry.sourceDeliveries() + 1)),
        answer -> {
          if (entry != current) {
            return; // it was let go of meanwhile
          }
          if (answer.failed()) {
            waiting.addFirst(entry);
            current = null;
            commands.refused("counting a delivery", answer.cause(), channel::wake);
          } else if (answer.result().toInteger() == 0) {
            entry.lost = true;
            channel.release(entry);
          } else {
            entry.countDelivery();
            entry.leasedAt = sent;
            counted = true;
          }
          channel.wake();
        });
  }

  /**
   * The entry is done with here.
   *
   * @return whether it was the last suspect
   */
  boolean letGo(StreamEntry entry) {
    if (entry != current) {
      return false;
    }
    current = null;
    return waiting.isEmpty();
  }

  void disconnected() {
    if (current != null && !current.emitted && !counted) {
      waiting.addFirst(current);
      current = null;
    }
  }
}
