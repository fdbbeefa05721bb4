package dev.dotori.bench.connector;

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
import java.util.concurrent.TimeUnit;

/**
 * What one would write without a connector, on the same client and one connection: XADD with a
 * window, and XREADGROUP then XACK.
 */
final class PlainLoop implements AutoCloseable {

  static final int READ_COUNT = 100;
  static final int WINDOW = 256;

  private final Vertx vertx;
  private final Redis redis;
  private final RedisConnection connection;
  private final io.vertx.core.Context context;

  PlainLoop(Vertx vertx, String url) {
    this.vertx = vertx;
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

  static Request emptyEvent(String stream, long number) {
    return Request.cmd(Command.XADD)
        .arg(stream)
        .arg("*")
        .arg("ce_id")
        .arg(Long.toString(number))
        .arg("ce_source")
        .arg("/bench")
        .arg("ce_specversion")
        .arg("1.0")
        .arg("ce_type")
        .arg("bench.happened.v1")
        .arg("data")
        .arg("{}");
  }

  Response command(Command command, Object... arguments) {
    Request request = Request.cmd(command, arguments);
    Promise<Response> answer = Promise.promise();
    context.runOnContext(ignored -> connection.send(request).onComplete(answer));
    return await(answer.future());
  }

  /** Adds entries, {@value #WINDOW} in flight; answers how long it took, in ns. */
  long publish(String stream, int entries) {
    Promise<Void> done = Promise.promise();
    long start = System.nanoTime();
    context.runOnContext(ignored -> new Publishing(stream, entries, done).fill());
    await(done.future());
    return System.nanoTime() - start;
  }

  private final class Publishing {
    private final String stream;
    private final int entries;
    private final Promise<Void> done;
    private int sent;
    private int answered;

    Publishing(String stream, int entries, Promise<Void> done) {
      this.stream = stream;
      this.entries = entries;
      this.done = done;
    }

    void fill() {
      while (sent < entries && sent - answered < WINDOW) {
        connection
            .send(emptyEvent(stream, sent++))
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

  /** Reads and acknowledges entries, one command after the other; answers how long, in ns. */
  long consume(String stream, String group, int entries) {
    Promise<Void> done = Promise.promise();
    long start = System.nanoTime();
    context.runOnContext(ignored -> read(stream, group, entries, done));
    await(done.future());
    return System.nanoTime() - start;
  }

  private void read(String stream, String group, int left, Promise<Void> done) {
    Request read =
        Request.cmd(
            Command.XREADGROUP,
            "GROUP",
            group,
            "plain",
            "COUNT",
            READ_COUNT,
            "BLOCK",
            2_000,
            "STREAMS",
            stream,
            ">");
    connection
        .send(read)
        .compose(answer -> {
          if (answer == null) {
            return Future.succeededFuture(0);
          }
          Response entries = answer.get(0).get(1);
          Request ack = Request.cmd(Command.XACK).arg(stream).arg(group);
          for (Response entry : entries) {
            ack.arg(entry.get(0).toString());
          }
          return connection.send(ack).map(entries.size());
        })
        .onComplete(acked -> {
          if (acked.failed()) {
            done.fail(acked.cause());
          } else if (left - acked.result() <= 0) {
            done.complete();
          } else {
            read(stream, group, left - acked.result(), done);
          }
        });
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(5, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
