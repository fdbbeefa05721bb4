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
 * <p>Entries with one key form a lane: its first is handed over or waits for its next attempt, the
 * others wait behind it, in the stream's order.
 */
final class Partition extends HeldEntries {

  /** Where a turn stands. */
  enum Phase {
    /** What former owners left pending is taken over; nothing new is read before. */
    RECOVERING,
    READING,
    /** Another consumer is to have it, as soon as what is in work here is done. */
    LEAVING,
    /** It is another consumer's, or nobody's; what is in work here is still to end. */
    LOST
  }

  private static final String FIRST_ID = "-";

  private final int number;
  private final String fence;
  private final String failedEntries;
  private final Map<String, Deque<StreamEntry>> lanes = new HashMap<>();

  /** What waits to be published on it. */
  final DueEntries scheduled;

  Phase phase = Phase.RECOVERING;

  /** When the lease was last known to begin, by {@link System#nanoTime()}. */
  long leasedAt;

  /** Where recovering goes on, as a range's first id. */
  String recoverFrom = FIRST_ID;

  boolean recovering;

  /** The last id that the group was given: waiting for entries starts behind it. */
  String lastDelivered = "0-0";

  /** Whether there may be entries to read. */
  boolean mayHaveMore = true;

  /** Whether the read that waits in Redis waits for this partition too. */
  boolean waitedFor;

  Partition(IncomingRedisStreamsChannel channel, StreamSource source, int number, String fence) {
    super(channel, source);
    this.number = number;
    this.fence = fence;
    this.failedEntries = channel.settings().failedEntries(source.key());
    this.scheduled = channel.commands().scheduledEntries(source.key());
  }

  int number() {
    return number;
  }

  String fence() {
    return fence;
  }

  /** Key of the hash that says which pending entries failed, and when they are due again. */
  String failedEntries() {
    return failedEntries;
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
    for (StreamEntry entry : all()) {
      if (!entry.emitted && !entry.released) {
        unbegun.add(entry);
      }
    }
    return unbegun;
  }

  /** Whether handlers still have entries of it. */
  boolean hasWork() {
    for (StreamEntry entry : all()) {
      if (entry.emitted && !entry.released) {
        return true;
      }
    }
    return false;
  }

  /** Takes over again what is behind the last entry that is known here: an answer was lost. */
  void recoverAgain() {
    recovering = false;
    if (phase == Phase.READING) {
      phase = Phase.RECOVERING;
      recoverFrom = after(lastDelivered);
    }
  }

  /** Takes over again all that is pending: the group was made anew. */
  void recoverAll() {
    if (phase == Phase.READING) {
      phase = Phase.RECOVERING;
      recoverFrom = FIRST_ID;
    }
  }

  static String after(String id) {
    return "(" + id;
  }
}
