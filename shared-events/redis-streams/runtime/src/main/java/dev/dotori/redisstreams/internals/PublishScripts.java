package dev.dotori.redisstreams.internals;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The steps of publishing that must be one. Unlike {@link Scripts} they may run for every message,
 * so they are sent by their digest once the server has them.
 */
final class PublishScripts {

  /** Answered to a message whose predecessor was not added: it is sent again behind it. */
  static final String OUT_OF_ORDER = "OUTOFORDER";

  /** A script and the digest by which a server that has seen it knows it. */
  record Script(byte[] text, byte[] digest) {
    static Script of(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      try {
        byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(bytes);
        return new Script(
            bytes, HexFormat.of().formatHex(sha1).getBytes(StandardCharsets.US_ASCII));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  // The id of the first entry, for whoever sends an event again. Writing it again makes a WAIT that
  // follows cover it.
  private static final String KNOWN =
      "local known = redis.call('HGET', KEYS[2], ARGV[1])\n"
          + "if known then\n"
          + "  redis.call('HSET', KEYS[2], ARGV[1], known)\n"
          + "  return known\n"
          + "end\n";

  // Two at most, so that a window that was made smaller is reached little by little.
  private static final String REMEMBER =
      "redis.call('HSET', KEYS[2], ARGV[1], id)\n"
          + "redis.call('RPUSH', KEYS[3], ARGV[1])\n"
          + "local over = math.min(2, redis.call('LLEN', KEYS[3]) - ARGV[2])\n"
          + "for _ = 1, over do redis.call('HDEL', KEYS[2], redis.call('LPOP', KEYS[3])) end\n"
          + "return id\n";

  /**
   * KEYS: stream, recent event ids with their entries' ids, the event ids in order. ARGV: event id,
   * how many to remember, the event id that must have been added before or nothing, then fields and
   * values. Answers the entry's id, the first one's if the event was added before.
   */
  static final Script ADD_ONCE =
      Script.of(
          KNOWN
              + "if ARGV[3] ~= '' and redis.call('HEXISTS', KEYS[2], ARGV[3]) == 0 then\n"
              + "  return redis.error_reply('"
              + OUT_OF_ORDER
              + " what precedes it was not added')\n"
              + "end\n"
              + "local id = redis.call('XADD', KEYS[1], '*', unpack(ARGV, 4))\n"
              + REMEMBER);

  // A member begins with a token of its own: equal messages don't merge, and one that is sent again
  // is the same member. The first one's time stays.
  private static String schedule(int firstArgument) {
    return """
    local due = tonumber(ARGV[%2$d])
    if ARGV[%1$d] == 'in' then
      local t = redis.call('TIME')
      due = due + t[1] * 1000 + math.floor(t[2] / 1000)
    end
    local member = {ARGV[%3$d]}
    for i = %4$d, #ARGV do member[#member + 1] = ARGV[i] end
    redis.call('ZADD', KEYS[1], 'NX', due, cmsgpack.pack(member))
    """
        .formatted(firstArgument, firstArgument + 1, firstArgument + 2, firstArgument + 3);
  }

  /**
   * KEYS: scheduled set. ARGV: {@code in} or {@code at}, ms from now or since 1970, token, then
   * fields and values.
   */
  static final Script SCHEDULE = Script.of(schedule(1) + "return ''\n");

  /**
   * KEYS: scheduled set, recent event ids, event ids in order. ARGV: event id, how many to
   * remember, then as {@link #SCHEDULE}. An event is remembered from when it is scheduled.
   */
  static final Script SCHEDULE_ONCE = Script.of(KNOWN + schedule(3) + "local id = ''\n" + REMEMBER);

  private PublishScripts() {}
}
