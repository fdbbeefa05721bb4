package dev.dotori.redisstreams.companion;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A test's own view of a Redis: it adds entries, waits for them, looks into groups, and makes the
 * trouble that an application must survive.
 *
 * <pre>{@code
 * try (RedisStreamsCompanion redis = new RedisStreamsCompanion("redis://localhost:6379")) {
 *   redis.stream("shop:{orders}").add("{\"item\":\"tea\"}");
 *   redis.stream("shop:{invoices}").awaitEntries(1);
 *   redis.group("shop:{orders}", "billing").awaitNothingPending();
 * }
 * }</pre>
 *
 * <p>Every call waits for Redis, and every {@code await} for what it says, no longer than the
 * timeout: then it fails with an {@link AssertionError} that tells what was there instead. Safe for
 * use by several threads.
 */
public final class RedisStreamsCompanion implements AutoCloseable {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(10);

  private final Vertx vertx;
  private final Redis redis;
  private final Duration timeout;

  /** Waits 10 seconds at most. */
  public RedisStreamsCompanion(String url) {
    this(url, DEFAULT_TIMEOUT);
  }

  /**
   * Connects when it is first used.
   *
   * @param url such as {@code redis://user:password@localhost:6379}
   * @param timeout how long a call or an {@code await} may take
   */
  public RedisStreamsCompanion(String url, Duration timeout) {
    this.timeout = timeout;
    this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setUseDaemonThread(true));
    this.redis =
        Redis.createClient(
            vertx,
            new RedisOptions()
                .setConnectionString(url)
                // One reply shape for all servers.
                .setPreferredProtocolVersion(ProtocolVersion.RESP2));
  }

  /** A stream, whether it exists or not. */
  public StreamCompanion stream(String key) {
    return new StreamCompanion(this, key);
  }

  /** A consumer group of a stream, whether it exists or not. */
  public GroupCompanion group(String stream, String group) {
    return new GroupCompanion(this, stream, group);
  }

  /** Deletes keys. */
  public void delete(String... keys) {
    Request request = Request.cmd(Command.DEL);
    for (String key : keys) {
      request.arg(key);
    }
    send(request);
  }

  /**
   * Any command.
   *
   * @return null for nil
   * @throws IllegalStateException with Redis's words, if it refuses the command
   */
  public Response command(String name, Object... arguments) {
    Request request = Request.cmd(Command.create(name));
    for (Object each : arguments) {
      if (each instanceof byte[] bytes) {
        request.arg(Buffer.buffer(bytes));
      } else {
        request.arg(String.valueOf(each));
      }
    }
    return send(request);
  }

  /** Closes all other connections of clients, as a restart or a broken network does. */
  public int killConnections() {
    return command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes").toInteger();
  }

  /** Whether Redis answers. */
  public boolean isReady() {
    try {
      command("PING");
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  Response send(Request request) {
    try {
      return redis
          .send(request)
          .toCompletionStage()
          .toCompletableFuture()
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("Redis did not answer within " + timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for Redis", e);
    }
  }

  /** Looks again and again until what it sees is right. */
  <T> T await(String what, Supplier<T> look, Predicate<T> right) {
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      T seen = look.get();
      if (right.test(seen)) {
        return seen;
      }
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            "waited %s for %s, and there was: %s".formatted(timeout, what, seen));
      }
      try {
        Thread.sleep(LOOK_AGAIN_AFTER);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for " + what, e);
      }
    }
  }

  static boolean isError(IllegalStateException failure, String... codes) {
    String message = String.valueOf(failure.getMessage());
    return List.of(codes).stream().anyMatch(message::startsWith);
  }

  @Override
  public void close() {
    redis.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
