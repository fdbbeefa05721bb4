package dev.dotori.redisstreams.internals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One consumer's turn with one partition: from when it got the lease to when it left or lost it.
 *
 * <p>A partition is its stream, and beside it the group's own stream of dead letters that were
 * given back. Entries of both with one key form a lane: its first is handed over or waits for its
 * next attempt, the others wait behind it.
 */
final class Partition {

  /** Where a turn stands. */
  enum Phase {
    OWNED,
    /** Another consumer is to have it, as soon as what is in work here is done. */
    LEAVING,
    /** It is another consumer's, or nobody's; what is in work here is still to end. */
    LOST
  }

  private final int number;
  private final String fence;
  private final List<PartitionEntries> streams;
  private final Map<String, Deque<StreamEntry>> lanes = new HashMap<>();

  /** What waits to be published on it. */
  final DueEntries scheduled;

  private int inFlight;

  Phase phase = Phase.OWNED;

  /** When the lease was last known to begin, by {@link System#nanoTime()}. */
  long leasedAt;

  Partition(
      IncomingRedisStreamsChannel channel,
      int number,
      String fence,
      long leasedAt,
      List<StreamSource> sources) {
    this.number = number;
    this.fence = fence;
    this.leasedAt = leasedAt;
    this.scheduled = channel.commands().scheduledEntries(sources.getFirst().key());
    this.streams =
        sources.stream().map(source -> new PartitionEntries(channel, this, source)).toList();
  }

  static Partition of(StreamEntry entry) {
    return ((PartitionEntries) entry.held()).partition();
  }

  int number() {
    return number;
  }

  String fence() {
    return fence;
  }

  List<PartitionEntries> streams() {
    return streams;
  }

  /** How many entries take room: held, and not settled here. */
  int inFlight() {
    return inFlight;
  }

  /** Another entry takes room. */
  void hold() {
    inFlight++;
  }

  /** An entry takes room no more. */
  void letGo() {
    inFlight--;
  }

  // ---- lanes

  /**
   * Puts an entry into its key's lane.
   *
   * @return whether it is the lane's first
   */
  boolean enter(StreamEntry entry) {
    entry.lane = entry.key().orElse(null);
    if (entry.lane == null) {
      return true;
    }
    Deque<StreamEntry> lane = lanes.get(entry.lane);
    if (lane == null) {
      lanes.put(entry.lane, new ArrayDeque<>(2));
      return true;
    }
    lane.add(entry);
    return false;
  }

  /**
   * Ends the first entry of a lane.
   *
   * @return the lane's next, which is its first now, or null
   */
  StreamEntry leave(StreamEntry first) {
    Deque<StreamEntry> lane = first.lane == null ? null : lanes.get(first.lane);
    if (lane == null) {
      return null;
    }
    StreamEntry next = lane.poll();
    if (next == null) {
      lanes.remove(first.lane);
    }
    return next;
  }

  // ---- the end of the turn

  /** Ends all lanes; answers the entries that nobody has begun. */
  List<StreamEntry> stop(Phase into) {
    phase = into;
    scheduled.stop();
    lanes.clear();
    List<StreamEntry> unbegun = new ArrayList<>();
    for (PartitionEntries each : streams) {
      for (StreamEntry entry : each.all()) {
        entry.lost |= into == Phase.LOST;
        if (!entry.emitted && !entry.released) {
          unbegun.add(entry);
        }
      }
    }
    return unbegun;
  }

  /** Whether handlers still have entries of it. */
  boolean hasWork() {
    for (PartitionEntries each : streams) {
      for (StreamEntry entry : each.all()) {
        if (entry.emitted && !entry.released) {
          return true;
        }
      }
    }
    return false;
  }
}
