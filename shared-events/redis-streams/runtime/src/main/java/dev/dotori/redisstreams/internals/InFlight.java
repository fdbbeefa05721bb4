package dev.dotori.redisstreams.internals;

/** How much of {@code max-in-flight} and {@code max-in-work} is taken. */
final class InFlight {

  private final int maxHeld;
  private final int worthReading;
  private final int maxInWork;

  private int reserved;

  // Read by metrics.
  private volatile int held;
  private volatile int inWork;

  // Entries in work, from the one handed over first to the one handed over last.
  private StreamEntry oldest;
  private StreamEntry youngest;

  InFlight(IncomingSettings settings) {
    this.maxHeld = settings.maxInFlight();
    this.worthReading = Math.max(1, Math.min(settings.count(), settings.maxInFlight() / 4));
    this.maxInWork = settings.maxInWork();
  }

  /** How many more entries may be asked of Redis. */
  int room() {
    return maxHeld - held - reserved;
  }

  /**
   * Whether there is room enough for a read. A full channel whose entries are settled one by one
   * would read one by one: each a round trip.
   */
  boolean isWorthReading() {
    return room() >= worthReading;
  }

  /** How many more entries may be handed over. */
  int idle() {
    return maxInWork - inWork;
  }

  int inWork() {
    return inWork;
  }

  int held() {
    return held;
  }

  /** For entries that were asked of Redis and are not here yet. */
  void reserve(int entries) {
    reserved += entries;
  }

  void unreserve(int entries) {
    reserved -= entries;
  }

  /** What was asked for on a connection that is gone does not come. */
  void unreserveAll() {
    reserved = 0;
  }

  void hold() {
    held++;
  }

  void emit(StreamEntry entry, long now) {
    entry.emitted = true;
    entry.emittedAt = now;
    inWork++;
    if (youngest == null) {
      oldest = entry;
    } else {
      youngest.emittedAfter = entry;
      entry.emittedBefore = youngest;
    }
    youngest = entry;
  }

  /** An entry in work, and since when. */
  record OldestInWork(String stream, String id, long since) {}

  /** The entry that has been in work for longest, or null. */
  OldestInWork oldestInWork() {
    return oldest == null ? null : new OldestInWork(oldest.stream(), oldest.id(), oldest.emittedAt);
  }

  void letGo(StreamEntry entry) {
    entry.released = true;
    held--;
    if (entry.emitted) {
      inWork--;
      unlink(entry);
    }
  }

  private void unlink(StreamEntry entry) {
    StreamEntry before = entry.emittedBefore;
    StreamEntry after = entry.emittedAfter;
    if (before == null) {
      oldest = after;
    } else {
      before.emittedAfter = after;
    }
    if (after == null) {
      youngest = before;
    } else {
      after.emittedBefore = before;
    }
    entry.emittedBefore = null;
    entry.emittedAfter = null;
  }
}
