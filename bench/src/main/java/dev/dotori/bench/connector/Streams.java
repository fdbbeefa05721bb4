package dev.dotori.bench.connector;

import dev.dotori.bench.BenchmarkException;
import dev.dotori.bench.RedisConnection;
import dev.dotori.local.servers.RedisServer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Fills and asks a Redis, from outside of the processes that are measured. */
final class Streams implements AutoCloseable {

  static final String GROUP = "bench";
  private static final int PIPELINE = 500;

  private final RedisConnection connection;

  Streams(RedisServer redis) {
    try {
      connection = new RedisConnection(redis.url());
    } catch (IOException e) {
      throw new BenchmarkException("no connection to Redis", e);
    }
  }

  /** Such as {@code Redis 8.0.1}. */
  String server() {
    String text = call("INFO", "server").toString();
    return line(text, "valkey_version:")
        .map(version -> "Valkey " + version)
        .or(() -> line(text, "redis_version:").map(version -> "Redis " + version))
        .orElse("unknown");
  }

  private static Optional<String> line(String text, String beginning) {
    return text.lines()
        .filter(line -> line.startsWith(beginning))
        .map(line -> line.substring(beginning.length()))
        .findFirst();
  }

  /** Adds entries with a payload of that many bytes. */
  void fill(String stream, int entries, int bytes) {
    List<String> entry = List.of("XADD", stream, "*", "data", "x".repeat(bytes));
    try {
      for (int sent = 0; sent < entries; ) {
        int end = Math.min(entries, sent + PIPELINE);
        int some = end - sent;
        for (; sent < end; sent++) {
          connection.send(entry);
        }
        connection.flush();
        for (int i = 0; i < some; i++) {
          connection.answer();
        }
      }
    } catch (IOException e) {
      throw new BenchmarkException("can't fill " + stream, e);
    }
  }

  /** How many entries of the group are delivered and not acknowledged. */
  long pending(String stream) {
    return (Long) ((List<?>) call("XPENDING", stream, GROUP)).getFirst();
  }

  private Object call(String... command) {
    try {
      return connection.call(List.of(command));
    } catch (IOException e) {
      throw new BenchmarkException(command[0], e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }
}
