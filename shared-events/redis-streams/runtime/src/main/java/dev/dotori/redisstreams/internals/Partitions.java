package dev.dotori.redisstreams.internals;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.zip.CRC32;

/**
 * Where the entries of a partitioned stream are, the same for those who write and those who read.
 *
 * <p>Partition {@code p} of stream {@code S} is the stream {@code S:p}; a key belongs to the
 * partition CRC-32 of its UTF-8 bytes modulo the number of partitions, which whoever comes first
 * writes to {@code S:partitions}. A number that differs would put a key's entries where nobody
 * keeps their order, or where nobody reads them.
 */
final class Partitions {

  /** One stream, without order by key. */
  static final int NONE = 0;

  /** Most partitions: each costs a connection's reader, and each balancing, a little. */
  static final int MOST = 1_024;

  /** The field that holds an entry's key. */
  static final String KEY_FIELD = "key";

  private Partitions() {}

  /** The partition of a key, from 0 to {@code partitions - 1}. */
  static int of(String key, int partitions) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % partitions);
  }

  /** The stream that holds a partition. */
  static String stream(String stream, int partition) {
    return stream + ":" + partition;
  }

  /** All streams that hold a stream's entries: its partitions, or itself. */
  static String[] streams(String stream, int partitions) {
    if (partitions == NONE) {
      return new String[] {stream};
    }
    String[] streams = new String[partitions];
    for (int i = 0; i < partitions; i++) {
      streams[i] = stream(stream, i);
    }
    return streams;
  }

  /** The key that holds a stream's number of partitions. */
  static String countKey(String stream) {
    return stream + ":partitions";
  }

  /**
   * Makes sure that all agree on a stream's number of partitions, which is this one if nobody said
   * one before.
   *
   * @param send sends a command on a connection
   * @param partitions {@link #NONE} for a stream that must not be partitioned
   * @return fails with an {@link IllegalStateException} for people if the stream has another number
   */
  static Future<Void> agree(
      Function<Request, Future<Response>> send, String stream, int partitions) {
    Request read = Request.cmd(Command.GET).arg(countKey(stream));
    if (partitions == NONE) {
      return send.apply(read)
          // A user whose rights end at plain streams reads no partitioned ones either.
          .recover(failure ->
              failure instanceof ErrorType error && error.is("NOPERM")
                  ? Future.succeededFuture()
                  : Future.failedFuture(failure))
          .compose(found -> compare(stream, partitions, found));
    }
    // Read first: a server that is out of memory refuses to write what is there already, too.
    return send.apply(read)
        .compose(found ->
            found != null
                ? Future.succeededFuture(found)
                : send.apply(Request.cmd(Command.SETNX).arg(countKey(stream)).arg(partitions))
                    .compose(set -> send.apply(read)))
        .compose(found -> compare(stream, partitions, found));
  }

  private static Future<Void> compare(String stream, int partitions, Response found) {
    String agreed = found == null ? "0" : found.toString();
    return agreed.equals(Integer.toString(partitions))
        ? Future.succeededFuture()
        : Future.failedFuture(
            new IllegalStateException(
                ("stream %s has partitions=%s, as its key %s says, and this channel has"
                        + " partitions=%d")
                    .formatted(stream, agreed, countKey(stream), partitions)));
  }
}
