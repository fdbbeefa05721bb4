package dev.dotori.redisstreams.internals;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The steps of keyed ordering that must be one.
 *
 * <p>A partition's lease is a field of one hash: {@code <fence> <session> <end in ms> <owner>}. The
 * fence rises with each new owner, also when Redis lost the hash: it is at least the server's time
 * in µs. The session is the number of the owner's connection. Whatever takes entries names both,
 * and gets none if they are no longer the partition's: neither if it comes from a consumer that was
 * paused, nor if it was on its way on a connection that the consumer has given up, whose answer
 * nobody would hear.
 */
final class PartitionScripts {

  private PartitionScripts() {}

  private static final String NOW =
      "local t = redis.call('TIME')\n" + "local now = t[1] * 1000 + math.floor(t[2] / 1000)\n";

  private static final String HAS_FENCE =
      "local function has(lease, fence)\n"
          + "  return lease and string.sub(lease, 1, #fence + 1) == fence .. ' '\n"
          + "end\n";

  /**
   * KEYS: members, leases. ARGV: consumer, lease in ms, number of partitions, whether the consumer
   * stays (1 or 0), session, then pairs of partition and fence that the consumer still has work of.
   *
   * <p>Renews the consumer's membership and its leases, and takes partitions that nobody has until
   * it has its share. The shares follow from the members' order, so that all agree on them. A
   * partition of which the consumer has work under a fence that is no longer valid is not taken:
   * its old work must end first.
   *
   * <p>Answers the consumer's share, then for each partition of its own: partition, fence, and
   * whether it was taken now (1 or 0).
   */
  private static final String BALANCE =
      NOW
          + HAS_FENCE
          + "local me, lease, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])\n"
          + "local session = ARGV[5]\n"
          + "local has_work = {}\n"
          + "for i = 6, #ARGV, 2 do has_work[ARGV[i]] = ARGV[i + 1] end\n"
          + "local share = 0\n"
          + "if ARGV[4] == '1' then\n"
          + "  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)\n"
          + "  redis.call('ZADD', KEYS[1], now + lease, me)\n"
          + "  local members = redis.call('ZRANGE', KEYS[1], 0, -1)\n"
          + "  table.sort(members)\n"
          + "  share = math.floor(count / #members)\n"
          + "  for i = 1, count % #members do\n"
          + "    if members[i] == me then share = share + 1 end\n"
          + "  end\n"
          + "else\n"
          + "  redis.call('ZREM', KEYS[1], me)\n"
          + "end\n"
          + "local answer, free, mine = {share}, {}, 0\n"
          + "local function own(p, fence, taken)\n"
          + "  redis.call('HSET', KEYS[2], p, fence .. ' ' .. session .. ' '"
          + " .. string.format('%.0f', now + lease) .. ' ' .. me)\n"
          + "  mine = mine + 1\n"
          + "  answer[#answer + 1] = p\n"
          + "  answer[#answer + 1] = fence\n"
          + "  answer[#answer + 1] = taken\n"
          + "end\n"
          + "for i = 0, count - 1 do\n"
          + "  local p = tostring(i)\n"
          + "  local found = redis.call('HGET', KEYS[2], p)\n"
          + "  local last, ends, owner\n"
          + "  if found then last, ends, owner = string.match(found, '^%d+ (%d+) (%d+) (.*)$') end\n"
          + "  if has_work[p] then\n"
          + "    if has(found, has_work[p]) and tonumber(last) <= tonumber(session) then own(p, has_work[p], 0) end\n"
          + "  elseif not owner or owner == me or tonumber(ends) <= now then\n"
          + "    free[#free + 1] = p\n"
          + "  end\n"
          + "end\n"
          + "for _, p in ipairs(free) do\n"
          + "  if mine >= share then break end\n"
          + "  local last = tonumber(redis.call('HGET', KEYS[2], 'fence') or 0)\n"
          + "  local fence = string.format('%.0f', math.max(last + 1, t[1] * 1000000 + t[2]))\n"
          + "  redis.call('HSET', KEYS[2], 'fence', fence)\n"
          + "  own(p, fence, 1)\n"
          + "end\n"
          + "return answer\n";

  /** KEYS: leases. ARGV: pairs of partition and fence. Frees those that still have that fence. */
  private static final String FREE =
      HAS_FENCE
          + "for i = 1, #ARGV, 2 do\n"
          + "  if has(redis.call('HGET', KEYS[1], ARGV[i]), ARGV[i + 1]) then\n"
          + "    redis.call('HDEL', KEYS[1], ARGV[i])\n"
          + "  end\n"
          + "end\n"
          + "return 1\n";

  /**
   * KEYS: leases, then streams. ARGV: group, consumer, count for each stream, then for each stream
   * its partition and fence with session. Reads new entries of those partitions that are still the
   * consumer's.
   */
  private static final String READ =
      HAS_FENCE
          + "local partitions = {}\n"
          + "for i = 2, #KEYS do partitions[i - 1] = ARGV[2 * i] end\n"
          + "local leases = redis.call('HMGET', KEYS[1], unpack(partitions))\n"
          + "local read = {'XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[3], 'STREAMS'}\n"
          + "local own = 0\n"
          + "for i = 2, #KEYS do\n"
          + "  if has(leases[i - 1], ARGV[2 * i + 1]) then\n"
          + "    own = own + 1\n"
          + "    read[#read + 1] = KEYS[i]\n"
          + "  end\n"
          + "end\n"
          + "if own == 0 then return false end\n"
          + "for i = 1, own do read[#read + 1] = '>' end\n"
          + "return redis.call(unpack(read))\n";

  /**
   * KEYS: leases, stream, failures. ARGV: partition, fence with session, group, consumer, first id,
   * limit.
   *
   * <p>Takes over what is pending, whoever it was delivered to, in order. An entry that was taken
   * over before is not counted as delivered: that happens when it is handed over (see {@link
   * Suspects}). Pending ids whose entries no longer exist are acknowledged.
   *
   * <p>Answers nil if the partition is another's, else the group's last delivered id, how many ids
   * were pending, how many of them were gone, the last of them, and the entries: id, fields,
   * delivery count, attempts that failed, ms until the next one, time of the first failure, whether
   * it is suspect.
   */
  private static final String RECOVER =
      NOW
          + HAS_FENCE
          + "if not has(redis.call('HGET', KEYS[1], ARGV[1]), ARGV[2]) then return false end\n"
          + "local group, consumer = ARGV[3], ARGV[4]\n"
          + "local delivered = '0-0'\n"
          + "for _, g in ipairs(redis.call('XINFO', 'GROUPS', KEYS[2])) do\n"
          + "  local info = {}\n"
          + "  for i = 1, #g, 2 do info[g[i]] = g[i + 1] end\n"
          + "  if info['name'] == group then delivered = info['last-delivered-id'] end\n"
          + "end\n"
          + "local pending = redis.call('XPENDING', KEYS[2], group, ARGV[5], '+', ARGV[6])\n"
          // What a process that died had no time to forget.
          + "if #pending == 0 and ARGV[5] == '-' then redis.call('DEL', KEYS[3]) end\n"
          + "local entries, gone, last = {}, 0, ''\n"
          + "for _, row in ipairs(pending) do\n"
          + "  local id, count = row[1], row[4]\n"
          + "  last = id\n"
          + "  local suspect = 1\n"
          + "  if count <= 1 then suspect, count = 0, count + 1 end\n"
          + "  local claimed = redis.call('XCLAIM', KEYS[2], group, consumer, 0, id,"
          + " 'RETRYCOUNT', count)\n"
          + "  local entry = claimed[1]\n"
          + "  if entry and entry[2] then\n"
          + "    local attempts, wait, first = 0, 0, 0\n"
          + "    local failed = redis.call('HGET', KEYS[3], id)\n"
          + "    if failed then\n"
          + "      local a, due, f = string.match(failed, '^(%d+) (%d+) (%d+)$')\n"
          + "      attempts, wait, first = tonumber(a), math.max(0, due - now), f\n"
          + "    end\n"
          + "    entries[#entries + 1] = {id, entry[2], count, attempts, wait, first, suspect}\n"
          + "  else\n"
          + "    redis.call('XACK', KEYS[2], group, id)\n"
          + "    redis.call('HDEL', KEYS[3], id)\n"
          + "    gone = gone + 1\n"
          + "  end\n"
          + "end\n"
          + "return {delivered, #pending, gone, last, entries}\n";

  /**
   * KEYS: stream, failures. ARGV: group, consumer, id, attempts that failed, delay in ms, time of
   * the first failure. Notes when a failed entry is due again, if it is still the consumer's. It
   * keeps its place: its key's next entries wait behind it.
   */
  private static final String FAIL =
      NOW
          + "local p = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2])\n"
          + "if #p == 0 then return 0 end\n"
          + "redis.call('HSET', KEYS[2], ARGV[3],"
          + " ARGV[4] .. ' ' .. string.format('%.0f', now + ARGV[5]) .. ' ' .. ARGV[6])\n"
          + "redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'RETRYCOUNT', 0,"
          + " 'JUSTID')\n"
          + "return 1\n";

  static Request balance(
      IncomingSettings settings, int session, boolean stays, Collection<Partition> work) {
    Request request =
        Scripts.eval(BALANCE, List.of(settings.members(), settings.leases()))
            .arg(settings.consumer())
            .arg(settings.lease().toMillis())
            .arg(settings.partitions())
            .arg(stays ? "1" : "0")
            .arg(session);
    return withFences(request, work);
  }

  static Request free(IncomingSettings settings, Collection<Partition> partitions) {
    return withFences(Scripts.eval(FREE, List.of(settings.leases())), partitions);
  }

  static Request read(
      IncomingSettings settings, int session, List<PartitionEntries> streams, int count) {
    List<String> keys = new ArrayList<>(streams.size() + 1);
    keys.add(settings.leases());
    for (PartitionEntries each : streams) {
      keys.add(each.source().key());
    }
    Request request =
        Scripts.eval(READ, keys).arg(settings.group()).arg(settings.consumer()).arg(count);
    for (PartitionEntries each : streams) {
      request.arg(each.partition().number()).arg(fence(each.partition(), session));
    }
    return request;
  }

  static Request recover(
      IncomingSettings settings, int session, PartitionEntries stream, int limit) {
    return Scripts.eval(
            RECOVER, List.of(settings.leases(), stream.source().key(), stream.failures()))
        .arg(stream.partition().number())
        .arg(fence(stream.partition(), session))
        .arg(settings.group())
        .arg(settings.consumer())
        .arg(stream.recoverFrom())
        .arg(limit);
  }

  static Request fail(IncomingSettings settings, StreamEntry entry, long delay, long first) {
    PartitionEntries stream = (PartitionEntries) entry.held();
    return Scripts.eval(FAIL, List.of(stream.source().key(), stream.failures()))
        .arg(settings.group())
        .arg(settings.consumer())
        .arg(entry.sourceId())
        .arg(entry.deliveryCount())
        .arg(delay)
        .arg(first);
  }

  private static Request withFences(Request request, Collection<Partition> partitions) {
    for (Partition each : partitions) {
      request.arg(each.number()).arg(each.fence());
    }
    return request;
  }

  private static String fence(Partition partition, int session) {
    return partition.fence() + " " + session;
  }

  /** Whether a lease, as Redis has it, is this turn's on this connection. */
  static boolean isOwn(Response lease, Partition partition, int session) {
    return lease != null && lease.toString().startsWith(fence(partition, session) + " ");
  }
}
