package dev.dotori.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The epochs of the streams as this process last read them.
 *
 * <p>May lag behind the table: then rows sent meanwhile are refused when they are to be marked, and
 * sent again. It never runs ahead of it.
 */
@ApplicationScoped
class Epochs {

  private final StreamTable table;
  private final Map<String, Long> known = new ConcurrentHashMap<>();

  Epochs(StreamTable table) {
    this.table = table;
  }

  /** The epoch of a stream. The first time that a stream is asked for, this waits for MySQL. */
  long of(String stream) {
    Long epoch = known.get(stream);
    return epoch != null ? epoch : register(stream);
  }

  /** Reads all epochs anew, in a transaction of its own. */
  List<StreamTable.KnownStream> refresh() {
    List<StreamTable.KnownStream> streams = Transactions.inNew(table::all);
    streams.forEach(stream -> known.merge(stream.stream(), stream.epoch(), Math::max));
    return streams;
  }

  private long register(String stream) {
    Transactions.inNew(() -> {
      table.addIfAbsent(stream);
      return null;
    });
    refresh();
    return known.get(stream);
  }
}
