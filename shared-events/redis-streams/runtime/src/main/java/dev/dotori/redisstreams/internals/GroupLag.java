package dev.dotori.redisstreams.internals;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * How a group stands to its stream: what waits for it, and what it was given and has not settled.
 *
 * <p>The server's own lag ({@code XINFO GROUPS}) is missing before Redis 7, null after deletions or
 * for a group that began in the middle, and wrong for good once entries were trimmed that the group
 * had not read. So it is worked out here, as the number of entries that the stream holds behind the
 * group's last delivered id:
 *
 * <ul>
 *   <li>Exactly, whenever the group is at the stream's end or before its beginning, or less than
 *       {@value #MOST_COUNTED} entries ({@value #MOST_BYTES} bytes) behind: those are counted.
 *   <li>Further behind, by the server's counters of entries added and read, where it has them. They
 *       count too much by the entries that were deleted, or trimmed unread, behind the group's
 *       place.
 *   <li>Without such counters, as if entries were spread evenly over the stream's time.
 * </ul>
 *
 * <p>The last two are kept between what was counted and what the stream holds, and are said not to
 * be exact. One script answers all, so that the numbers are of one moment; its work is bounded by
 * what it counts.
 */
public final class GroupLag {

  static final int MOST_COUNTED = 250;
  static final int MOST_BYTES = 250_000;
  private static final int PAGE = 50;

  private GroupLag() {}

  /** KEYS: stream. ARGV: group, most entries to count, most bytes to look at, page. */
  private static final String STANDING =
      """
      local function before(a, b)
        local ams, aseq = string.match(a, '^(%d+)-(%d+)$')
        local bms, bseq = string.match(b, '^(%d+)-(%d+)$')
        if #ams ~= #bms then return #ams < #bms end
        if ams ~= bms then return ams < bms end
        if #aseq ~= #bseq then return #aseq < #bseq end
        return aseq < bseq
      end
      local function millis(id) return tonumber(string.match(id, '^%d+')) end
      local function named(list)
        local names = {}
        for i = 1, #list, 2 do names[list[i]] = list[i + 1] end
        return names
      end

      if redis.call('EXISTS', KEYS[1]) == 0 then return {0, 0, 1, 0, -1} end
      local stream = named(redis.call('XINFO', 'STREAM', KEYS[1]))
      local length = stream['length']
      local group
      for _, each in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
        each = named(each)
        if each['name'] == ARGV[1] then group = each end
      end
      if not group then return {length, length, 1, 0, -1} end

      local function lag()
        local read = group['last-delivered-id']
        if length == 0 then return 0, 1 end
        local first, last = stream['first-entry'][1], stream['last-entry'][1]
        if not before(read, last) then return 0, 1 end
        if before(read, first) then return length, 1 end
        local counted, bytes, from = 0, 0, read
        while counted < tonumber(ARGV[2]) and bytes < tonumber(ARGV[3]) do
          local page = redis.call('XRANGE', KEYS[1], '(' .. from, '+', 'COUNT', ARGV[4])
          counted = counted + #page
          if #page < tonumber(ARGV[4]) then return counted, 1 end
          for _, entry in ipairs(page) do
            for _, part in ipairs(entry[2]) do bytes = bytes + #part end
          end
          from = page[#page][1]
        end
        local behind
        if stream['entries-added'] and group['entries-read'] then
          behind = stream['entries-added'] - group['entries-read']
        elseif millis(last) > millis(first) then
          local rest = (millis(last) - millis(from)) / (millis(last) - millis(first))
          behind = counted + math.floor(rest * length)
        else
          behind = length
        end
        return math.max(counted, math.min(behind, length - 1)), 0
      end

      local age = -1
      if group['pending'] > 0 then
        local oldest = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1)[1][1]
        local now = redis.call('TIME')
        age = math.max(0, now[1] * 1000 + math.floor(now[2] / 1000) - millis(oldest))
      end
      local behind, exact = lag()
      return {length, behind, exact, group['pending'], age}
      """;

  /**
   * A group's place at one moment.
   *
   * @param length entries in the stream
   * @param lag entries behind the last one that was delivered to the group; all of the stream's, if
   *     there is no such group
   * @param exact whether {@code lag} was counted
   * @param pending entries delivered to the group and not acknowledged
   * @param oldestPendingMillis how long ago the oldest pending entry was added, by the server's
   *     clock and the entry's id; -1 if nothing is pending
   */
  public record Standing(
      long length, long lag, boolean exact, long pending, long oldestPendingMillis) {

    /** What the command of {@link GroupLag#ask} was answered. */
    public static Standing of(Response answer) {
      return new Standing(
          answer.get(0).toLong(),
          answer.get(1).toLong(),
          answer.get(2).toInteger() == 1,
          answer.get(3).toLong(),
          answer.get(4).toLong());
    }

    /** Two streams of a group seen as one. */
    Standing and(Standing other) {
      return new Standing(
          length + other.length,
          lag + other.lag,
          exact && other.exact,
          pending + other.pending,
          Math.max(oldestPendingMillis, other.oldestPendingMillis));
    }
  }

  /** The command that asks for a {@link Standing}. It only reads. */
  public static Request ask(String stream, String group) {
    return Request.cmd(Command.EVAL)
        .arg(STANDING)
        .arg(1)
        .arg(stream)
        .arg(group)
        .arg(MOST_COUNTED)
        .arg(MOST_BYTES)
        .arg(PAGE);
  }
}
