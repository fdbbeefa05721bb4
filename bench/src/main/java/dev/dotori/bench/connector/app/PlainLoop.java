package dev.dotori.bench.connector.app;

import dev.dotori.bench.BenchmarkException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * What one would write without a connector, on the same client and one connection: XADD with a
 * window, and XREADGROUP then XACK.
 */
final class PlainLoop implements AutoCloseable {

  static final int READ_COUNT = 100;
  static final int WINDOW = 256;
  private static final int BLOCK_MS = 2_000;

  private final String name;
  private final Context context;
  private final Redis redis;
  private final RedisConnection connection;

  /**
   * Connects, on an event loop of its own as far as there are enough.
   *
   * @param name as a consumer
   */
  PlainLoop(Vertx vertx, String url, String name) {
    this.name = name;
    this.context = ((VertxInternal) vertx).createEventLoopContext();
    Promise<Redis> client = Promise.promise();
    Promise<RedisConnection> connected = Promise.promise();
    context.runOnContext(ignored -> {
      Redis made =
          Redis.createClient(
              vertx,
              new RedisOptions()
                  .setConnectionString(url)
                  .setPreferredProtocolVersion(ProtocolVersion.RESP2));
      client.complete(made);
      made.connect().onComplete(connected);
    });
    this.redis = await(client.future());
    this.connection = await(connected.future());
  }

  Response command(Command command, Object... arguments) {
    return await(send(Request.cmd(command, arguments)));
  }

  Future<Response> send(Request request) {
    Promise<Response> answer = Promise.promise();
    context.runOnContext(ignored -> connection.send(request).onComplete(answer));
    return answer.future();
  }

  /** Adds entries, {@value #WINDOW} in flight, and waits until all are answered. */
  void publish(int entries, IntFunction<Request> entry) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(ignored -> new Publishing(entries, entry, done).fill());
    await(done.future());
  }

  private final class Publishing {
    private final int entries;
    private final IntFunction<Request> entry;
    private final Promise<Void> done;
    private int sent;
    private int answered;

    Publishing(int entries, IntFunction<Request> entry, Promise<Void> done) {
      this.entries = entries;
      this.entry = entry;
      this.done = done;
    }

    void fill() {
      while (sent < entries && sent - answered < WINDOW) {
        connection
            .send(entry.apply(sent++))
            .onComplete(answer -> {
              if (answer.failed()) {
                done.tryFail(answer.cause());
              } else if (++answered == entries) {
                done.complete();
              } else {
                fill();
              }
            });
      }
    }
  }

  /** Has loops work off what is in a stream, together; answers how many entries that were. */
  static int consume(List<PlainLoop> loops, String stream, Consumer<byte[]> handler) {
    List<Future<Integer>> all = new ArrayList<>();
    for (PlainLoop loop : loops) {
      all.add(loop.start(loop.new Consuming(stream, handler, Integer.MAX_VALUE, false)));
    }
    int acknowledged = 0;
    for (Future<Integer> each : all) {
      acknowledged += await(each);
    }
    return acknowledged;
  }

  /** Waits in Redis for entries, until it has had so many. */
  Future<Integer> follow(String stream, int entries, Consumer<byte[]> handler) {
    return start(new Consuming(stream, handler, entries, true));
  }

  private Future<Integer> start(Consuming consuming) {
    context.runOnContext(ignored -> consuming.read());
    return consuming.done.future();
  }

  /** Reads and acknowledges, one command after the other. */
  private final class Consuming {
    private final String stream;
    private final Consumer<byte[]> handler;
    private final int most;
    private final boolean waits;
    private final Promise<Integer> done = Promise.promise();
    private int acknowledged;

    Consuming(String stream, Consumer<byte[]> handler, int most, boolean waits) {
      this.stream = stream;
      this.handler = handler;
      this.most = most;
      this.waits = waits;
    }

    void read() {
      Request read =
          Request.cmd(Command.XREADGROUP)
              .arg("GROUP")
              .arg(Entries.GROUP)
              .arg(name)
              .arg("COUNT")
              .arg(READ_COUNT);
      if (waits) {
        read.arg("BLOCK").arg(BLOCK_MS);
      }
      connection
          .send(read.arg("STREAMS").arg(stream).arg(">"))
          .onSuccess(this::received)
          .onFailure(done::tryFail);
    }

    private void received(Response streams) {
      if (streams == null) {
        if (waits) {
          read();
        } else {
          done.tryComplete(acknowledged);
        }
        return;
      }
      Response entries = streams.get(0).get(1);
      Request ack = Request.cmd(Command.XACK).arg(stream).arg(Entries.GROUP);
      for (Response entry : entries) {
        Response fields = entry.get(1);
        handler.accept(fields.get(fields.size() - 1).toBytes());
        ack.arg(entry.get(0).toString());
      }
      connection
          .send(ack)
          .onSuccess(acked -> {
            acknowledged += entries.size();
            if (acknowledged >= most) {
              done.tryComplete(acknowledged);
            } else {
              read();
            }
          })
          .onFailure(done::tryFail);
    }
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkException("interrupted");
    } catch (ExecutionException e) {
      throw new BenchmarkException("the plain loop failed", e.getCause());
    } catch (TimeoutException e) {
      throw new BenchmarkException("the plain loop did not end within 5 minutes");
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
