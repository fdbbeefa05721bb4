package dev.dotori.redisstreams.companion;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** One stream. */
public final class StreamCompanion {

  private final RedisStreamsCompanion redis;
  private final String key;

  StreamCompanion(RedisStreamsCompanion redis, String key) {
    this.redis = redis;
    this.key = key;
  }

  // ---- adding

  /** Adds a payload as the connector does, in the field {@code data}; answers the entry's id. */
  public String add(String data) {
    return add(Map.of(Entry.DATA, data));
  }

  /** Adds a payload with a key; answers the entry's id. */
  public String add(String entryKey, String data) {
    return redis.send(xadd().arg(Entry.KEY).arg(entryKey).arg(Entry.DATA).arg(data)).toString();
  }

  /** Adds an entry of these fields; answers its id. */
  public String add(Map<String, String> fields) {
    Request request = xadd();
    fields.forEach((name, value) -> request.arg(name).arg(value));
    return redis.send(request).toString();
  }

  /** Adds payloads in one step, so that one read can find them all; answers their ids. */
  public List<String> addTogether(List<String> data) {
    Request request =
        Request.cmd(Command.EVAL)
            .arg(
                "local ids = {}\n"
                    + "for i = 2, #ARGV do\n"
                    + "  ids[i - 1] = redis.call('XADD', KEYS[1], '*', ARGV[1], ARGV[i])\n"
                    + "end\n"
                    + "return ids")
            .arg(1)
            .arg(key)
            .arg(Entry.DATA);
    data.forEach(request::arg);
    return redis.send(request).stream().map(Response::toString).toList();
  }

  private Request xadd() {
    return Request.cmd(Command.XADD).arg(key).arg("*");
  }

  // ---- looking

  /** All entries, oldest first. */
  public List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Response each : redis.send(Request.cmd(Command.XRANGE).arg(key).arg("-").arg("+"))) {
      entries.add(Entry.of(each));
    }
    return entries;
  }

  /** How many entries there are; 0 for a stream that does not exist. */
  public long length() {
    return redis.send(Request.cmd(Command.XLEN).arg(key)).toLong();
  }

  public boolean exists() {
    return redis.send(Request.cmd(Command.EXISTS).arg(key)).toInteger() == 1;
  }

  /** Names of the groups that read it. */
  public List<String> groups() {
    List<String> names = new ArrayList<>();
    if (exists()) {
      for (Response group : redis.send(Request.cmd(Command.XINFO).arg("GROUPS").arg(key))) {
        names.add(group.get(1).toString());
      }
    }
    return names;
  }

  // ---- waiting

  /** Waits until there are at least so many entries; answers all. */
  public List<Entry> awaitEntries(int atLeast) {
    return redis.await(
        atLeast + " entries in " + key, this::entries, entries -> entries.size() >= atLeast);
  }

  /** Waits for an entry; answers the first that fulfils the condition. */
  public Entry awaitEntry(Predicate<Entry> condition) {
    return redis
        .await(
            "a certain entry in " + key,
            this::entries,
            entries -> entries.stream().anyMatch(condition))
        .stream()
        .filter(condition)
        .findFirst()
        .orElseThrow();
  }

  /** Waits until there is no entry. */
  public void awaitEmpty() {
    redis.await("no entries in " + key, this::entries, List::isEmpty);
  }

  /** Waits until a group reads it: from then on the group misses nothing, wherever it starts. */
  public void awaitGroup(String group) {
    redis.await("group " + group + " of " + key, this::groups, groups -> groups.contains(group));
  }

  // ---- changing

  /** Deletes an entry, whether somebody works on it or not. */
  public boolean deleteEntry(String id) {
    return redis.send(Request.cmd(Command.XDEL).arg(key).arg(id)).toInteger() == 1;
  }

  /** Deletes the stream and its groups. */
  public void delete() {
    redis.delete(key);
  }
}
