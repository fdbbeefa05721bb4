package dev.dotori.outbox;

import dev.dotori.leadership.LeaderOnly;
import dev.dotori.leadership.Leadership;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Notices when Redis has lost entries that it had taken, and has them sent again.
 *
 * <p>A Redis that restarts from its disk, a replica that takes over, a stream that was emptied:
 * each is the stream's own history cut off at some moment. What was sent after that moment is lost,
 * even if new entries have been added since and hide the gap. So this looks for the cut, not for
 * the gap: {@link StreamServer} says how. A cut begins a new epoch of the stream, in a transaction;
 * from then on nothing sent before it is marked as sent any more. Then the audit compares the rows
 * that were sent after the last watermark with the stream, and makes unsent what is absent; the
 * sweeper does the rest.
 *
 * <p>One replica looks. Every step may be repeated, by any replica and at the same time. An audit
 * that a crash or the end of the leadership breaks off is begun again by whoever looks next, since
 * the table says that it is due.
 */
@ApplicationScoped
class LossWatch {

  private static final Logger LOG = Logger.getLogger(LossWatch.class);

  /** Entries compared by one call of the script, which holds up Redis for well under 5 ms. */
  private static final int COMPARED_AT_ONCE = 500;

  private final Epochs epochs;
  private final StreamTable streams;
  private final OutboxTable outbox;
  private final StreamServer server;
  private final OutboxMeters meters;
  private final Leadership leadership;
  private boolean runIsHidden;

  LossWatch(
      Epochs epochs,
      StreamTable streams,
      OutboxTable outbox,
      StreamServer server,
      OutboxMeters meters,
      Leadership leadership) {
    this.epochs = epochs;
    this.streams = streams;
    this.outbox = outbox;
    this.server = server;
    this.meters = meters;
    this.leadership = leadership;
  }

  @Scheduled(
      identity = "outbox-loss-watch",
      every = "${dotori.outbox.sweep-every}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @LeaderOnly
  void watch() {
    try {
      for (StreamTable.KnownStream stream : epochs.refresh()) {
        if (leadership.isLeader()) {
          watch(stream);
        }
      }
    } catch (RuntimeException e) {
      LOG.debugf(e, "streams are not looked at this time");
    }
  }

  private void watch(StreamTable.KnownStream known) {
    StreamServer.Look found = server.look(known.stream(), known.runId());
    if (found.runId().equals(StreamServer.UNKNOWN_RUN) && !runIsHidden) {
      runIsHidden = true;
      LOG.warn("Redis forbids INFO: a restart that loses entries shows only until new ones come");
    }
    if (found.doubtful()) {
      beginEpoch(known, found);
    } else if (known.auditFrom() != null) {
      audit(known);
    }
  }

  /** The audit follows with the next look, which reads what this has written. */
  private void beginEpoch(StreamTable.KnownStream known, StreamServer.Look found) {
    boolean begun =
        Transactions.inNew(() -> {
          StreamTable.KnownStream now = streams.lock(known.stream());
          if (now.epoch() != known.epoch()) {
            return false;
          }
          streams.beginEpoch(now, found.runId(), found.intact().ms());
          return true;
        });
    if (begun) {
      server.resetWatermark(known.stream(), found);
      epochs.refresh();
      LOG.infof(
          "stream %s: entries after %s may be lost; comparing", known.stream(), found.watermark());
    }
  }

  private void audit(StreamTable.KnownStream known) {
    int lost = 0;
    long ms = known.auditFrom() - 1;
    UUID after = Sql.FIRST_ID;
    while (leadership.isLeader()) {
      long fromMs = ms;
      UUID fromId = after;
      List<OutboxTable.Entry> rows =
          Transactions.inNew(
              () -> outbox.sentSince(known.stream(), fromMs, fromId, COMPARED_AT_ONCE));
      if (!rows.isEmpty()) {
        lost += takeBack(known.stream(), rows);
      }
      if (rows.size() < COMPARED_AT_ONCE) {
        Transactions.inNew(() -> {
          streams.endAudit(known.stream(), known.epoch());
          return null;
        });
        break;
      }
      ms = rows.getLast().entry().ms();
      after = rows.getLast().id();
    }
    meters.lost(lost);
    if (lost > 0) {
      LOG.warnf("stream %s had lost %d entries; they are sent again", known.stream(), lost);
    }
  }

  private int takeBack(String stream, List<OutboxTable.Entry> rows) {
    List<OutboxTable.Entry> absent = server.absent(stream, rows);
    return absent.isEmpty() ? 0 : Transactions.inNew(() -> outbox.unmark(absent));
  }
}
