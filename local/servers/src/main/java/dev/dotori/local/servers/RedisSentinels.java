package dev.dotori.local.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A primary, its replica, and three sentinels that watch them, on 127.0.0.1 for this JVM alone. The
 * sentinels take any password.
 */
public final class RedisSentinels implements AutoCloseable {

  /** What the sentinels call the primary. */
  public static final String NAME = "dotori";

  private static final int SENTINELS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final RedisServer first;
  private final RedisServer second;
  private final List<Path> directories = new ArrayList<>();
  private final List<ServerProcess> sentinels = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();

  private RedisSentinels(RedisServer first, RedisServer second) {
    this.first = first;
    this.second = second;
  }

  /** Starts them and waits until all sentinels know each other and the replica. */
  public static RedisSentinels start() {
    String password = Secrets.password();
    RedisServer primary = server(password).start();
    RedisServer replica = server(password).with("replicaof", "127.0.0.1 " + primary.port()).start();
    RedisSentinels all = new RedisSentinels(primary, replica);
    try {
      for (int i = 0; i < SENTINELS; i++) {
        all.startSentinel();
      }
      all.sentinels.getFirst().awaitReady("Sentinel", LIMIT, all::isReady);
      return all;
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
  }

  private static RedisServer server(String password) {
    return RedisServer.temporary(password)
        .with("masterauth", password)
        .with("repl-diskless-sync-delay", "0");
  }

  private void startSentinel() {
    Path directory = Directories.temporary("sentinel");
    directories.add(directory);
    int port = Ports.free();
    ports.add(port);
    Path configuration = directory.resolve("sentinel.conf");
    try {
      Directories.writePrivate(
          configuration,
          """
          bind 127.0.0.1
          port %d
          dir "%s"
          sentinel monitor %s 127.0.0.1 %d 2
          sentinel auth-pass %s %s
          sentinel down-after-milliseconds %s 1000
          sentinel failover-timeout %s 3000
          """
              .formatted(
                  port, directory, NAME, first.port(), NAME, first.adminPassword(), NAME, NAME));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sentinels.add(
        ServerProcess.start(
            List.of(
                RedisServer.choose(Optional.empty()).toString(),
                configuration.toString(),
                "--sentinel"),
            Map.of(),
            directory.resolve("sentinel.log"),
            Lifetime.THIS_JVM));
  }

  private boolean isReady() {
    for (int port : ports) {
      try (RespConnection sentinel = RespConnection.to("redis://127.0.0.1:" + port)) {
        if (((List<?>) sentinel.call("SENTINEL", "REPLICAS", NAME)).isEmpty()
            || ((List<?>) sentinel.call("SENTINEL", "SENTINELS", NAME)).size() < SENTINELS - 1) {
          return false;
        }
      } catch (UncheckedIOException | IllegalStateException e) {
        return false;
      }
    }
    return true;
  }

  /** URLs of the sentinels, with the servers' password. */
  public List<String> urls() {
    return ports.stream()
        .map(port -> "redis://:" + first.adminPassword() + "@127.0.0.1:" + port)
        .toList();
  }

  /** The one that began as the primary. */
  public RedisServer first() {
    return first;
  }

  /** The one that began as the replica. */
  public RedisServer second() {
    return second;
  }

  @Override
  public void close() {
    sentinels.forEach(ServerProcess::kill);
    first.close();
    second.close();
    directories.forEach(Directories::delete);
  }
}
