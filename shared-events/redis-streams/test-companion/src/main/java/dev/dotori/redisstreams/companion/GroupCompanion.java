package dev.dotori.redisstreams.companion;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One consumer group, and what the connector keeps for it beside the stream. Of a channel with
 * {@code partitions} each partition has a stream, {@code <stream>:0} and so on, with the group in
 * it, and all have the dead letters of {@code <stream>}.
 */
public final class GroupCompanion {

  private static final int MOST_PENDING = 100_000;

  private final RedisStreamsCompanion redis;
  private final String stream;
  private final String group;

  GroupCompanion(RedisStreamsCompanion redis, String stream, String group) {
    this.redis = redis;
    this.stream = stream;
    this.group = group;
  }

  /**
   * An entry that a consumer was given and has not acknowledged.
   *
   * @param idle since it was given, or its lease renewed
   */
  public record Pending(String id, String consumer, Duration idle, int deliveries) {}

  /**
   * An entry that failed and waits for its next attempt.
   *
   * @param entry with the id that it had in the stream, and its own fields
   * @param attempts so far
   */
  public record Delayed(Entry entry, Instant due, int attempts) {}

  // ---- looking

  public boolean exists() {
    return redis.stream(stream).groups().contains(group);
  }

  /** Entries in work, and those of consumers that have died. */
  public List<Pending> pending() {
    List<Pending> pending = new ArrayList<>();
    if (!exists()) {
      return pending;
    }
    for (Response each :
        redis.send(
            Request.cmd(Command.XPENDING)
                .arg(stream)
                .arg(group)
                .arg("-")
                .arg("+")
                .arg(MOST_PENDING))) {
      pending.add(
          new Pending(
              each.get(0).toString(),
              each.get(1).toString(),
              Duration.ofMillis(each.get(2).toLong()),
              each.get(3).toInteger()));
    }
    return pending;
  }

  /** Names of the consumers that the group knows. */
  public List<String> consumers() {
    List<String> names = new ArrayList<>();
    if (exists()) {
      for (Response each :
          redis.send(Request.cmd(Command.XINFO).arg("CONSUMERS").arg(stream).arg(group))) {
        names.add(each.get(1).toString());
      }
    }
    return names;
  }

  /** What the group has given up; the default place, without {@code dead-letter.stream}. */
  public StreamCompanion deadLetters() {
    return redis.stream(stream + ":dead:" + group);
  }

  /** Entries that failed and wait for their next attempt, the next one first. */
  public List<Delayed> delayed() {
    List<Delayed> delayed = new ArrayList<>();
    Response all =
        redis.send(
            Request.cmd(Command.EVAL)
                .arg(
                    "local all = {}\n"
                        + "local found = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')\n"
                        + "for i = 1, #found, 2 do\n"
                        + "  all[#all + 1] = {found[i + 1], cmsgpack.unpack(found[i])}\n"
                        + "end\n"
                        + "return all")
                .arg(1)
                .arg(stream + ":delayed:" + group));
    for (Response each : all) {
      // Before the entry's own fields: its id, the attempts so far, and its first failure.
      var fields = Entry.fields(each.get(1));
      String id = fields.remove("redis-streams-id");
      int attempts = Integer.parseInt(fields.remove("redis-streams-attempts"));
      fields.remove("redis-streams-first-failure");
      delayed.add(
          new Delayed(
              new Entry(id, fields),
              Instant.ofEpochMilli((long) Double.parseDouble(each.get(0).toString())),
              attempts));
    }
    return delayed;
  }

  // ---- waiting

  /**
   * Waits until every entry that was there has been delivered and acknowledged, retries included.
   */
  public void awaitDone() {
    redis.await("nothing left to do for " + group + " of " + stream, this::left, "none"::equals);
  }

  private String left() {
    if (!exists()) {
      return "no group";
    }
    if (!pending().isEmpty()) {
      return "pending " + pending();
    }
    if (!delayed().isEmpty()) {
      return "delayed " + delayed();
    }
    long retries = redis.stream(stream + ":retry:" + group).length();
    if (retries > 0) {
      return retries + " entries to be tried again";
    }
    return undelivered() ? "entries that were not delivered yet" : "none";
  }

  private boolean undelivered() {
    for (Response each : redis.send(Request.cmd(Command.XINFO).arg("GROUPS").arg(stream))) {
      if (each.get(1).toString().equals(group)) {
        String delivered = each.get(7).toString();
        return redis
                .send(
                    Request.cmd(Command.XRANGE)
                        .arg(stream)
                        .arg("(" + delivered)
                        .arg("+")
                        .arg("COUNT")
                        .arg(1))
                .size()
            > 0;
      }
    }
    return true;
  }

  /** Waits until nothing is pending. */
  public void awaitNothingPending() {
    redis.await("nothing pending for " + group + " of " + stream, this::pending, List::isEmpty);
  }

  /** Waits until so many entries are pending. */
  public List<Pending> awaitPending(int count) {
    return redis.await(
        count + " pending for " + group + " of " + stream,
        this::pending,
        pending -> pending.size() == count);
  }

  // ---- changing

  /**
   * Makes the group, and the stream if there is none; does nothing if it exists.
   *
   * @param start {@code 0}, {@code $} or the id after which it begins
   */
  public void create(String start) {
    try {
      redis.command("XGROUP", "CREATE", stream, group, start, "MKSTREAM");
    } catch (IllegalStateException e) {
      if (!RedisStreamsCompanion.isError(e, "BUSYGROUP")) {
        throw e;
      }
    }
  }

  /** Removes the group, as somebody might while consumers work. */
  public void destroy() {
    redis.command("XGROUP", "DESTROY", stream, group);
  }

  /**
   * Takes up to so many entries as a consumer of the group that then does nothing with them: as one
   * that died in their midst. Doesn't wait for entries.
   */
  public List<Entry> takeAndDie(String consumer, int count) {
    Response read =
        redis.command(
            "XREADGROUP", "GROUP", group, consumer, "COUNT", count, "STREAMS", stream, ">");
    List<Entry> taken = new ArrayList<>();
    if (read != null) {
      for (Response each : read.get(0).get(1)) {
        taken.add(Entry.of(each));
      }
    }
    return taken;
  }

  /** Acknowledges an entry, whoever has it. */
  public boolean acknowledge(String id) {
    return redis.send(Request.cmd(Command.XACK).arg(stream).arg(group).arg(id)).toInteger() == 1;
  }
}
