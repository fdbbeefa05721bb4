package dev.dotori.redisstreams.internals;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How dead letters are read and moved back. */
public final class DeadLetterScripts {

  // What describes a dead letter comes after the entry's own fields, and begins with this one. An
  // entry that was read from a stream of dead letters and failed again has two descriptions: the
  // last one counts, the other belongs to the entry.
  private static final String FIRST_FIELD = "dead-letter-reason";

  /**
   * KEYS: dead letters, retry stream. ARGV: the first fields of an entry of a retry stream (three
   * names), then triples of the dead letter's id, the entry's id, and when it first failed. Answers
   * how many were moved: those that are still dead letters. Added before they are deleted, so that
   * an error in between (out of memory) loses nothing.
   */
  private static final String REPLAY =
      "local moved = 0\n"
          + "for i = 4, #ARGV, 3 do\n"
          + "  local found = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])\n"
          + "  if #found == 1 then\n"
          + "    local all = found[1][2]\n"
          + "    local last = #all\n"
          + "    for f = #all - 1, 1, -2 do\n"
          + "      if all[f] == '"
          + FIRST_FIELD
          + "' then last = f - 1 break end\n"
          + "    end\n"
          + "    local fields = {ARGV[1], ARGV[i + 1], ARGV[2], '0', ARGV[3], ARGV[i + 2]}\n"
          + "    for f = 1, last do fields[f + 6] = all[f] end\n"
          + "    redis.call('XADD', KEYS[2], '*', unpack(fields))\n"
          + "    redis.call('XDEL', KEYS[1], ARGV[i])\n"
          + "    moved = moved + 1\n"
          + "  end\n"
          + "end\n"
          + "return moved\n";

  private DeadLetterScripts() {}

  /** Moves dead letters to a retry stream; add them with {@link #addReplayed}. */
  public static Request replay(String deadLetters, String retryStream) {
    return Request.cmd(Command.EVAL)
        .arg(REPLAY)
        .arg(2)
        .arg(deadLetters)
        .arg(retryStream)
        .arg(StreamSource.ORIGIN_ID)
        .arg(StreamSource.ORIGIN_ATTEMPTS)
        .arg(StreamSource.ORIGIN_FIRST_FAILURE);
  }

  /** One of the dead letters that {@link #replay} moves. */
  public static void addReplayed(Request replay, String id, String entryId, Instant firstFailure) {
    replay.arg(id).arg(entryId).arg(firstFailure.toEpochMilli());
  }

  /**
   * The fields of a dead letter, apart.
   *
   * @param entry those of the entry that failed
   * @param description those that tell how
   */
  public record Fields(Map<String, byte[]> entry, Map<String, String> description) {}

  /** The fields of an entry of a stream of dead letters; empty if it is something else. */
  public static Optional<Fields> fields(Response fieldsAndValues) {
    int first = fieldsAndValues.size() - 2;
    while (first >= 0 && !fieldsAndValues.get(first).toString().equals(FIRST_FIELD)) {
      first -= 2;
    }
    if (first < 0) {
      return Optional.empty();
    }
    Map<String, byte[]> entry = new LinkedHashMap<>();
    for (int i = 0; i < first; i += 2) {
      entry.putIfAbsent(fieldsAndValues.get(i).toString(), fieldsAndValues.get(i + 1).toBytes());
    }
    Map<String, String> description = new LinkedHashMap<>();
    for (int i = first; i + 1 < fieldsAndValues.size(); i += 2) {
      description.putIfAbsent(
          fieldsAndValues.get(i).toString(),
          fieldsAndValues.get(i + 1).toString(StandardCharsets.UTF_8));
    }
    return Optional.of(new Fields(entry, description));
  }
}
