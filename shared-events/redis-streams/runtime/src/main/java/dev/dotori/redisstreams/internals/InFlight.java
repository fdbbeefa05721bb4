package dev.dotori.redisstreams.internals;

/** How much of {@code max-in-flight} and {@code concurrency} is taken. */
final class InFlight {

  private final int maxHeld;
  private final int maxInWork;

  private int held;
  private int reserved;

  // Read by metrics and health checks.
  private volatile int inWork;

  InFlight(IncomingSettings settings) {
    this.maxHeld = settings.maxInFlight();
    this.maxInWork = settings.concurrency();
  }

  /** How many more entries may be asked of Redis. */
  int room() {
    return maxHeld - held - reserved;
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
  }

  void letGo(StreamEntry entry) {
    entry.released = true;
    held--;
    if (entry.emitted) {
      inWork--;
    }
  }
}
