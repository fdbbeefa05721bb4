package dev.dotori.outbox;

import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.redis.client.Response;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the outbox asks of Redis beside publishing. Each question is a script on the keys of one
 * stream, so that it is answered at one moment and by the very server that holds the stream, in a
 * cluster too.
 */
@ApplicationScoped
class StreamServer {

  /** What the scripts say for the run of a server that forbids INFO. */
  static final String UNKNOWN_RUN = "unknown";

  /**
   * Looks whether the stream may have lost entries: another run of the server holds it than was
   * known (a restart or a failover), its watermark is gone (emptied), or the stream has not come as
   * far as its watermark (deleted). If not, raises the watermark to the last entry. If so, changes
   * nothing, so that whoever looks next finds the same.
   *
   * <p>The watermark is written to the same history as the entries: one that survived tells that
   * all entries up to it did. INFO may be forbidden; then restarts show only by the other two.
   */
  private static final String LOOK =
      """
      local function parts(id)
        local ms, seq = string.match(id, '^(%d+)-(%d+)$')
        return tonumber(ms), tonumber(seq)
      end
      local function before(a, b)
        local ams, aseq = parts(a)
        local bms, bseq = parts(b)
        return ams < bms or (ams == bms and aseq < bseq)
      end
      local info = redis.pcall('INFO', 'server')
      local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or 'unknown'
      local last = '0-0'
      local stream = redis.pcall('XINFO', 'STREAM', KEYS[1])
      if not stream.err then
        for i = 1, #stream, 2 do
          if stream[i] == 'last-generated-id' then last = stream[i + 1] end
        end
      end
      local mark = redis.call('GET', KEYS[2])
      if mark and run == ARGV[1] and not before(last, mark) then
        if mark ~= last then redis.call('SET', KEYS[2], last) end
        return {'kept', run, mark, last, mark}
      end
      mark = mark or '0-0'
      return {'doubtful', run, mark, last, before(last, mark) and '0-0' or mark}
      """;

  /** Sets the watermark to what a look found, unless the server has changed since. */
  private static final String RESET =
      """
      local info = redis.pcall('INFO', 'server')
      local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or 'unknown'
      if run == ARGV[1] and (redis.call('GET', KEYS[2]) or '0-0') == ARGV[2] then
        redis.call('SET', KEYS[2], ARGV[3])
        return 1
      end
      return 0
      """;

  /** Which of the given entries the stream does not have. */
  private static final String ABSENT =
      """
      local absent = {}
      for i, id in ipairs(ARGV) do
        if #redis.call('XRANGE', KEYS[1], id, id) == 0 then absent[#absent + 1] = i - 1 end
      end
      return absent
      """;

  /**
   * Removes entries that are older than the retention (ms) from a stream without a group; whole
   * nodes only, and a bounded number, so that Redis is never held up for long. Answers how many.
   */
  private static final String TRIM_UNREAD =
      """
      if redis.call('EXISTS', KEYS[1]) == 0 or #redis.call('XINFO', 'GROUPS', KEYS[1]) > 0 then
        return 0
      end
      local time = redis.call('TIME')
      local oldest = time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(ARGV[1])
      return redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', oldest), 'LIMIT', 10000)
      """;

  private static final int WORTH_ANOTHER_TRIM = 1_000;

  private final RedisDataSource redis;
  private final StreamKeys keys;

  StreamServer(RedisDataSource redis, StreamKeys keys) {
    this.redis = redis;
    this.keys = keys;
  }

  /**
   * Makes the Redis client before anything runs beside. Quarkus keeps its clients in maps that are
   * not made for two threads, and the first look of the sweeper and the first readiness probe would
   * otherwise come at the same time: one of them fails with ConcurrentModificationException.
   */
  void start(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) StartupEvent event) {
    redis.getReactive();
  }

  /**
   * What a look found.
   *
   * @param doubtful whether entries after the watermark may be lost
   * @param runId the run of the server that holds the stream
   * @param watermark the watermark as it was found
   * @param last the last id that the stream gave
   * @param intact entries up to this one are not lost
   */
  record Look(boolean doubtful, String runId, EntryId watermark, EntryId last, EntryId intact) {}

  Look look(String stream, String knownRunId) {
    Response found = eval(LOOK, stream, List.of(knownRunId));
    return new Look(
        "doubtful".equals(found.get(0).toString()),
        found.get(1).toString(),
        EntryId.parse(found.get(2).toString()),
        EntryId.parse(found.get(3).toString()),
        EntryId.parse(found.get(4).toString()));
  }

  void resetWatermark(String stream, Look found) {
    eval(
        RESET,
        stream,
        List.of(found.runId(), found.watermark().toString(), found.last().toString()));
  }

  /** Those of the rows whose entry the stream does not have. */
  List<OutboxTable.Entry> absent(String stream, List<OutboxTable.Entry> rows) {
    Response indexes =
        eval(ABSENT, stream, rows.stream().map(row -> row.entry().toString()).toList());
    List<OutboxTable.Entry> absent = new ArrayList<>(indexes.size());
    indexes.forEach(index -> absent.add(rows.get(index.toInteger())));
    return absent;
  }

  /** Removes some of what is older than this from a stream that no group reads; whether more is. */
  boolean trimUnread(String stream, Duration retention) {
    List<String> arguments = List.of(Long.toString(retention.toMillis()));
    return eval(TRIM_UNREAD, stream, arguments).toInteger() >= WORTH_ANOTHER_TRIM;
  }

  private Response eval(String script, String stream, List<String> arguments) {
    List<String> command = new ArrayList<>(4 + arguments.size());
    command.add(script);
    command.add("2");
    command.add(keys.stream(stream));
    command.add(keys.watermark(stream));
    command.addAll(arguments);
    return redis.execute("EVAL", command.toArray(String[]::new));
  }
}
