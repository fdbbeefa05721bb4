package dev.dotori.redisstreams.internals;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;

/**
 * The steps that must be one. They are sent whole (EVAL): they are short and rare, and so a server
 * that lost its script cache needs no special care. Every key is passed as a key, and all keys
 * derive from the stream's, so that a hash tag in it keeps them in one slot.
 */
final class Scripts {

  private Scripts() {}

  // Each settling script acts only if the entry is still pending under this consumer. So a script
  // that is sent again because its answer was lost does nothing twice, and a consumer whose lease
  // ended can't settle what another one works on. The entry is added elsewhere before it is
  // acknowledged: an error in between (out of memory) leaves it pending.
  private static final String OWNED =
      "local p = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2])\n"
          + "if #p == 0 then return 0 end\n";

  private static final String SETTLE =
      "redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])\n"
          + "if ARGV[4] == '1' then redis.call('XDEL', KEYS[1], ARGV[3]) end\n"
          + "return 1\n";

  /**
   * KEYS: stream, dead letters. ARGV: group, consumer, id, delete, then the dead letter's fields
   * and values.
   */
  private static final String DEAD_LETTER =
      OWNED
          + "local fields = {}\n"
          + "for i = 5, #ARGV do fields[i - 4] = ARGV[i] end\n"
          + "redis.call('XADD', KEYS[2], '*', unpack(fields))\n"
          + SETTLE;

  /**
   * KEYS: stream, delayed set. ARGV: group, consumer, id, delete, delay in ms, then the fields and
   * values that the entry will have.
   */
  private static final String DELAY =
      OWNED
          + "local t = redis.call('TIME')\n"
          + "local due = t[1] * 1000 + math.floor(t[2] / 1000) + ARGV[5]\n"
          + "local fields = {}\n"
          + "for i = 6, #ARGV do fields[i - 5] = ARGV[i] end\n"
          + "redis.call('ZADD', KEYS[2], due, cmsgpack.pack(fields))\n"
          + SETTLE;

  /**
   * KEYS: sorted set of what waits, stream. ARGV: limit, where the fields begin in a member.
   * Answers the number moved and in how many ms the next one is due, -1 for none.
   */
  private static final String MOVE_DUE =
      "local t = redis.call('TIME')\n"
          + "local now = t[1] * 1000 + math.floor(t[2] / 1000)\n"
          + "local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])\n"
          + "for _, member in ipairs(due) do\n"
          + "  redis.call('XADD', KEYS[2], '*', unpack(cmsgpack.unpack(member), ARGV[2]))\n"
          + "  redis.call('ZREM', KEYS[1], member)\n"
          + "end\n"
          + "local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')\n"
          + "if #next == 0 then return {#due, -1} end\n"
          + "return {#due, math.max(0, next[2] - now)}\n";

  /**
   * KEYS: stream. ARGV: group, consumer, ids. Renews what is still this consumer's and answers the
   * ids that are not.
   */
  private static final String RENEW =
      "local lost = {}\n"
          + "for i = 3, #ARGV do\n"
          + "  local id = ARGV[i]\n"
          + "  if #redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1, ARGV[2]) == 1 then\n"
          + "    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'JUSTID')\n"
          + "  else\n"
          + "    lost[#lost + 1] = id\n"
          + "  end\n"
          + "end\n"
          + "return lost\n";

  /**
   * KEYS: stream. ARGV: group, consumer, id, delivery count. Counts a delivery that is about to
   * happen; answers whether the entry is still this consumer's.
   */
  private static final String COUNT_DELIVERY =
      OWNED
          + "redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3],"
          + " 'RETRYCOUNT', ARGV[4], 'JUSTID')\n"
          + "return 1\n";

  /**
   * KEYS: stream. ARGV: group, consumer, idle in ms, then pairs of id and delivery count. Gives
   * back entries that were not handed to anybody, so that they can be taken over at once.
   */
  private static final String GIVE_BACK =
      "for i = 4, #ARGV, 2 do\n"
          + "  local id = ARGV[i]\n"
          + "  if #redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1, ARGV[2]) == 1 then\n"
          + "    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id,"
          + " 'IDLE', ARGV[3], 'RETRYCOUNT', ARGV[i + 1], 'JUSTID')\n"
          + "  end\n"
          + "end\n"
          + "return 1\n";

  /**
   * KEYS: stream. ARGV: group, ids. Acknowledges those of the pending ids whose entries no longer
   * exist, which nobody can process any more; answers how many.
   */
  private static final String FORGET_DELETED =
      "local gone = 0\n"
          + "for i = 2, #ARGV do\n"
          + "  if #redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i]) == 0 then\n"
          + "    gone = gone + redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])\n"
          + "  end\n"
          + "end\n"
          + "return gone\n";

  /**
   * KEYS: stream. ARGV: retention in ms, most entries, whether to trim without a group. Removes
   * what is older, or too many, and acknowledged by every group: nothing at or after the oldest
   * pending entry of a group, nothing after what a group has read. Whole nodes of the stream,
   * 10,000 entries at most for each of the two reasons; answers how many.
   */
  private static final String TRIM =
      """
      if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
      local function before(a, b)
        local am, as = string.match(a, '(%d+)-(%d+)')
        local bm, bs = string.match(b, '(%d+)-(%d+)')
        if tonumber(am) ~= tonumber(bm) then return tonumber(am) < tonumber(bm) end
        return tonumber(as) < tonumber(bs)
      end
      local t = redis.call('TIME')
      local now = t[1] * 1000 + math.floor(t[2] / 1000)
      local groups = redis.call('XINFO', 'GROUPS', KEYS[1])
      if #groups == 0 and ARGV[3] == '0' then return 0 end
      local keep = '18446744073709551615-18446744073709551615'
      for _, g in ipairs(groups) do
        local info = {}
        for i = 1, #g, 2 do info[g[i]] = g[i + 1] end
        local needed = info['last-delivered-id']
        if info['pending'] > 0 then
          local oldest = redis.call('XPENDING', KEYS[1], info['name'])[2]
          if oldest and before(oldest, needed) then needed = oldest end
        end
        if before(needed, keep) then keep = needed end
      end
      local removed = 0
      if tonumber(ARGV[1]) > 0 then
        local limit = string.format('%d-0', now - ARGV[1])
        if before(keep, limit) then limit = keep end
        removed = redis.call('XTRIM', KEYS[1], 'MINID', '~', limit, 'LIMIT', 10000)
      end
      if tonumber(ARGV[2]) > 0 then
        local over = math.min(10000, redis.call('XLEN', KEYS[1]) - ARGV[2])
        if over > 0 then
          removed = removed + redis.call('XTRIM', KEYS[1], 'MINID', '~', keep, 'LIMIT', over)
        end
      end
      return removed
      """;

  /**
   * KEYS: stream. ARGV: group, consumer. Removes the consumer only if nothing is pending under it.
   */
  private static final String REMOVE_CONSUMER =
      "if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end\n"
          + "redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])\n"
          + "return 1\n";

  static Request deadLetter(
      StreamSource source, String deadLetters, String group, String consumer, String id) {
    return eval(DEAD_LETTER, List.of(source.key(), deadLetters))
        .arg(group)
        .arg(consumer)
        .arg(id)
        .arg(source.retry() ? "1" : "0");
  }

  static Request delay(
      StreamSource source, String delayed, String group, String consumer, String id, long delay) {
    return eval(DELAY, List.of(source.key(), delayed))
        .arg(group)
        .arg(consumer)
        .arg(id)
        .arg(source.retry() ? "1" : "0")
        .arg(delay);
  }

  static Request moveDue(String from, String to, int limit, int firstField) {
    return eval(MOVE_DUE, List.of(from, to)).arg(limit).arg(firstField);
  }

  static Request renew(String stream, String group, String consumer, List<String> ids) {
    Request request = eval(RENEW, List.of(stream)).arg(group).arg(consumer);
    ids.forEach(request::arg);
    return request;
  }

  static Request countDelivery(
      String stream, String group, String consumer, String id, int deliveries) {
    return eval(COUNT_DELIVERY, List.of(stream)).arg(group).arg(consumer).arg(id).arg(deliveries);
  }

  static Request giveBack(String stream, String group, String consumer, long idle) {
    return eval(GIVE_BACK, List.of(stream)).arg(group).arg(consumer).arg(idle);
  }

  static Request forgetDeleted(String stream, String group, List<String> ids) {
    Request request = eval(FORGET_DELETED, List.of(stream)).arg(group);
    ids.forEach(request::arg);
    return request;
  }

  static Request trim(String stream, long retention, long maxLength, boolean whenNobodyReads) {
    return eval(TRIM, List.of(stream))
        .arg(retention)
        .arg(maxLength)
        .arg(whenNobodyReads ? "1" : "0");
  }

  static Request removeConsumer(String stream, String group, String consumer) {
    return eval(REMOVE_CONSUMER, List.of(stream)).arg(group).arg(consumer);
  }

  static Request eval(String script, List<String> keys) {
    Request request = Request.cmd(Command.EVAL).arg(script).arg(keys.size());
    keys.forEach(request::arg);
    return request;
  }
}
