package dev.dotori.redisstreams.internals;

import static dev.dotori.redisstreams.i18n.RedisStreamsLogging.log;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.impl.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A channel's own connections to Redis, made again with growing delays for as long as the channel
 * lives.
 *
 * <p>Everything happens on the channel's event loop. The connections live and die together: when
 * one breaks, all are closed, so that nobody waits on a connection whose neighbour has noticed
 * already.
 */
final class RedisLink {

  /** What a channel does when its connections come and go. */
  interface Listener {
    /** Makes the server ready for the channel; a failure counts as a lost connection. */
    Future<Void> prepare();

    void connected();

    void disconnected();
  }

  private static final long FIRST_DELAY_MS = 50;
  private static final long LONGEST_DELAY_MS = 5_000;
  private static final long CONNECT_TIMEOUT_MS = 10_000;

  private final ContextInternal context;
  private final RedisOptions options;
  private final String channel;
  private final int size;
  private final Listener listener;

  private Redis client;
  private List<RedisConnection> connections = List.of();
  private ServerFeatures features = ServerFeatures.NONE;
  private int attempt;
  private boolean everConnected;
  private boolean closed;

  // Read by health checks on other threads.
  private volatile boolean connected;
  private volatile String problem = "not connected yet";

  RedisLink(
      ContextInternal context, RedisOptions options, String channel, int size, Listener listener) {
    this.context = context;
    this.options = options;
    this.channel = channel;
    this.size = size;
    this.listener = listener;
  }

  boolean isConnected() {
    return connected;
  }

  /** Why there is no connection; for health checks. */
  String problem() {
    return problem;
  }

  void open() {
    if (closed) {
      return;
    }
    Redis opening = Redis.createClient(context.owner(), new RedisOptions(options));
    client = opening;
    Promise<Void> done = context.promise();
    long timer =
        context
            .owner()
            .setTimer(CONNECT_TIMEOUT_MS, id -> done.tryFail("no answer while connecting"));
    List<Future<RedisConnection>> opened = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      opened.add(opening.connect());
    }
    Future.all(opened)
        .compose(all -> {
          List<RedisConnection> established = new ArrayList<>(size);
          for (Future<RedisConnection> each : opened) {
            RedisConnection connection = each.result();
            connection.endHandler(end -> broken(opening, "connection closed"));
            connection.exceptionHandler(e -> broken(opening, reason(e)));
            established.add(connection);
          }
          if (client == opening) {
            connections = established;
          }
          // A server that still loads its data accepts connections and refuses commands.
          return established.getLast().send(Request.cmd(Command.PING));
        })
        .compose(pong -> ServerFeatures.ask(opened.getLast().result()))
        .compose(asked -> {
          if (asked.replica()) {
            return context.failedFuture("connected to a replica, which takes no writes");
          }
          features = asked;
          return listener.prepare();
        })
        .onComplete(done);
    done.future()
        .onComplete(result -> {
          context.owner().cancelTimer(timer);
          if (client != opening) {
            return;
          }
          if (result.failed()) {
            broken(opening, reason(result.cause()));
            return;
          }
          attempt = 0;
          if (everConnected) {
            log.reconnected(channel);
          } else {
            log.connected(channel);
          }
          everConnected = true;
          connected = true;
          problem = null;
          listener.connected();
        });
  }

  /** What the server can do that was connected to last; known in {@link Listener#prepare()}. */
  ServerFeatures features() {
    return features;
  }

  /** A connection; only while {@link #isConnected()} or in {@link Listener#prepare()}. */
  RedisConnection connection(int index) {
    return connections.get(index);
  }

  /** Sends a command, or fails at once if there is no connection. */
  Future<Response> send(int index, Request request) {
    if (connections.isEmpty()) {
      return context.failedFuture(NotConnected.INSTANCE);
    }
    return connections.get(index).send(request);
  }

  /** Gives the current connections up, because they no longer work, and makes new ones. */
  void renew(String reason) {
    if (client != null) {
      broken(client, reason);
    }
  }

  private void broken(Redis which, String reason) {
    if (client != which) {
      return;
    }
    client = null;
    connections = List.of();
    boolean was = connected;
    connected = false;
    problem = reason;
    which.close();
    if (was) {
      listener.disconnected();
    }
    if (closed) {
      return;
    }
    long delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS << Math.min(attempt, 10));
    // Spread, so that a server that comes back is not met by all its clients at one moment.
    delay += ThreadLocalRandom.current().nextLong(delay / 2 + 1);
    if (attempt++ % 10 == 0) {
      log.disconnected(channel, reason, delay);
    }
    context.owner().setTimer(delay, id -> open());
  }

  private static String reason(Throwable failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  /** Closes for good. */
  void close() {
    closed = true;
    connected = false;
    problem = "closed";
    connections = List.of();
    Redis closing = client;
    client = null;
    if (closing != null) {
      closing.close();
    }
  }

  /**
   * Whether a failed command says that the connection, or the server behind it, can't be worked
   * with at the moment, rather than that this command is wrong.
   */
  static boolean isConnectionFailure(Throwable failure) {
    return !(failure instanceof ErrorType error)
        || error.is("CONNECTION_CLOSED")
        || error.is("LOADING")
        || error.is("READONLY")
        || error.is("MASTERDOWN")
        || error.is("CLUSTERDOWN");
  }

  static boolean isNoGroup(Throwable failure) {
    // Inside a script the server's error is wrapped.
    return failure instanceof ErrorType error && error.getMessage().contains("NOGROUP");
  }

  /** There was no connection to send a command on. */
  static final class NotConnected extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final NotConnected INSTANCE = new NotConnected();

    private NotConnected() {
      super("not connected to Redis", null, false, false);
    }
  }
}
