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
 * A channel's own connections to the server that holds its keys, made again with growing delays for
 * as long as the channel lives. Each time the server is looked for afresh, so that they follow a
 * failover or a slot that moved.
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
  private static final long LONGEST_DELAY_MS = 2_000;
  private static final long CONNECT_TIMEOUT_MS = 5_000;
  private static final long STABLE_MS = 5_000;

  private final ContextInternal context;
  private final PrimaryLocator locator;
  private final String channel;
  private final int size;
  private final Listener listener;

  private Session session;
  private ServerFeatures features = ServerFeatures.NONE;
  private int attempt;
  private long connectedSince;
  private boolean everConnected;
  private boolean closed;

  // Read by health checks on other threads.
  private volatile boolean connected;
  private volatile String problem = "not connected yet";

  /** Connections that live and die together. */
  private static final class Session {
    Redis client;
    List<RedisConnection> connections = List.of();
  }

  /**
   * @param key decides which server of a cluster is connected to; all keys used must share its slot
   * @param size number of connections
   */
  RedisLink(
      ContextInternal context,
      RedisOptions options,
      String key,
      String channel,
      int size,
      Listener listener) {
    this.context = context;
    this.locator = new PrimaryLocator(context, new RedisOptions(options).setMaxPoolSize(size), key);
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
    Session opening = new Session();
    session = opening;
    locator
        .locate()
        .compose(server -> withinTimeout(connect(opening, server)))
        .onComplete(result -> {
          if (session != opening) {
            return;
          }
          if (result.failed()) {
            broken(opening, reason(result.cause()));
            return;
          }
          if (everConnected) {
            log.reconnected(channel);
          } else {
            log.connected(channel);
          }
          everConnected = true;
          connectedSince = System.nanoTime();
          connected = true;
          problem = null;
          listener.connected();
        });
  }

  private Future<Void> connect(Session opening, RedisOptions server) {
    if (session != opening) {
      return context.failedFuture("given up");
    }
    opening.client = Redis.createClient(context.owner(), server);
    List<Future<RedisConnection>> opened = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      opened.add(opening.client.connect());
    }
    return Future.all(opened)
        .compose(all -> {
          List<RedisConnection> established = new ArrayList<>(size);
          for (Future<RedisConnection> each : opened) {
            RedisConnection connection = each.result();
            connection.endHandler(end -> broken(opening, "connection closed"));
            connection.exceptionHandler(e -> broken(opening, reason(e)));
            established.add(connection);
          }
          opening.connections = established;
          // A server that still loads its data accepts connections and refuses commands.
          return established.getLast().send(Request.cmd(Command.PING));
        })
        .compose(pong -> ServerFeatures.ask(opening.connections.getLast()))
        .compose(asked -> {
          if (session != opening) {
            return context.failedFuture("given up");
          }
          if (asked.replica()) {
            return context.failedFuture("connected to a replica, which takes no writes");
          }
          features = asked;
          return listener.prepare();
        });
  }

  /**
   * A server may take connections and answer nothing; and the client itself never completes a
   * connection whose greeting is refused for another reason than its credentials, as by a server
   * that has too many clients.
   */
  private Future<Void> withinTimeout(Future<Void> connecting) {
    Promise<Void> done = context.promise();
    long timer =
        context
            .owner()
            .setTimer(CONNECT_TIMEOUT_MS, id -> done.tryFail("no answer while connecting"));
    connecting.onComplete(result -> {
      context.owner().cancelTimer(timer);
      if (result.succeeded()) {
        done.tryComplete();
      } else {
        done.tryFail(result.cause());
      }
    });
    return done.future();
  }

  /** What the server can do that was connected to last; known in {@link Listener#prepare()}. */
  ServerFeatures features() {
    return features;
  }

  /** A connection; only while {@link #isConnected()} or in {@link Listener#prepare()}. */
  RedisConnection connection(int index) {
    return session.connections.get(index);
  }

  /** Sends a command, or fails at once if there is no connection. */
  Future<Response> send(int index, Request request) {
    if (session == null || session.connections.isEmpty()) {
      return context.failedFuture(NotConnected.INSTANCE);
    }
    return session.connections.get(index).send(request);
  }

  /** Gives the current connections up, because they no longer work, and makes new ones. */
  void renew(String reason) {
    if (session == null) {
      return;
    }
    // What a server refuses at once (a replica, a cluster without a primary) it will refuse again.
    boolean stable = connected && System.nanoTime() - connectedSince > STABLE_MS * 1_000_000;
    broken(session, reason, stable ? 0 : attempt);
  }

  private void broken(Session which, String reason) {
    broken(which, reason, connected ? 0 : attempt);
  }

  private void broken(Session which, String reason, int attempts) {
    if (session != which) {
      return;
    }
    session = null;
    boolean was = connected;
    connected = false;
    problem = reason;
    if (which.client != null) {
      which.client.close();
    }
    if (was) {
      listener.disconnected();
    }
    if (closed) {
      return;
    }
    long delay = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS << Math.min(attempts, 10));
    // Spread, so that a server that comes back is not met by all its clients at one moment.
    delay += ThreadLocalRandom.current().nextLong(delay / 2 + 1);
    if (attempts % 10 == 0) {
      log.disconnected(channel, reason, delay);
    }
    attempt = attempts + 1;
    context.owner().setTimer(delay, id -> open());
  }

  private static String reason(Throwable failure) {
    // What lies below says most: of a certificate that is refused, why.
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root == failure ? words(failure) : words(failure) + ": " + words(root);
  }

  private static String words(Throwable failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  /** Closes for good. */
  void close() {
    closed = true;
    connected = false;
    problem = "closed";
    Session closing = session;
    session = null;
    if (closing != null && closing.client != null) {
      closing.client.close();
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
        || isReadOnly(error)
        || error.is("MASTERDOWN")
        // A blocked read ends so when its server becomes a replica, or its stream is deleted.
        || error.is("UNBLOCKED")
        || error.is("CLUSTERDOWN")
        || error.is("MOVED")
        || error.is("ASK")
        || error.is("TRYAGAIN")
        || error.is("NOAUTH");
  }

  private static boolean isReadOnly(ErrorType error) {
    // Inside a script Redis 6 wraps the server's error.
    return error.is("READONLY") || error.getMessage().contains("-READONLY ");
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
