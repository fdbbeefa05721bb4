package dev.dotori.redisstreams.internals;

/** What is held of one of a partition's streams, and how far it was read. */
final class PartitionEntries extends HeldEntries {

  private static final String FIRST_ID = "-";

  private final Partition partition;
  private final String failures;

  /** Whether all that former owners left pending was taken over; nothing new is read before. */
  private boolean recovered;

  private String recoverFrom = FIRST_ID;

  /** The last id that the group was given: waiting for entries starts behind it. */
  private String lastDelivered = "0-0";

  boolean recovering;

  /** Whether there may be entries to read. */
  boolean mayHaveMore = true;

  /** Whether the read that waits in Redis waits for this stream too. */
  boolean waitedFor;

  PartitionEntries(IncomingRedisStreamsChannel channel, Partition partition, StreamSource source) {
    super(channel, source);
    this.partition = partition;
    this.failures = channel.settings().failedEntries(source.key());
  }

  Partition partition() {
    return partition;
  }

  /** Key of the hash that says which pending entries failed, and when they are due again. */
  String failures() {
    return failures;
  }

  boolean isRecovered() {
    return recovered;
  }

  /** Where recovering goes on, as a range's first id. */
  String recoverFrom() {
    return recoverFrom;
  }

  String lastDelivered() {
    return lastDelivered;
  }

  void readUpTo(String id) {
    lastDelivered = id;
  }

  void recoveredUpTo(String id) {
    recoverFrom = "(" + id;
  }

  void recovered(String delivered) {
    recovered = true;
    lastDelivered = delivered;
    mayHaveMore = true;
  }

  /** Takes over again what is behind the last entry that is known here: an answer was lost. */
  void recoverRest() {
    recovering = false;
    waitedFor = false;
    if (recovered) {
      recovered = false;
      recoveredUpTo(lastDelivered);
    }
  }

  /** Takes over again all that is pending: the group was made anew. */
  void recoverAll() {
    recovered = false;
    recoverFrom = FIRST_ID;
  }
}
