package dev.dotori.redisstreams.internals;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the server at the other end of a connection can do beyond Redis 6.2, as it says itself.
 *
 * <p>Asked on each new connection, since a failover may lead to a server of another version.
 * Commands are asked for by name, so that forks that have them are used to the full; what has no
 * name of its own follows from the version.
 *
 * @param server {@code redis}, {@code valkey}, or whatever a fork calls itself
 * @param version as the server writes it, for messages
 * @param release major and minor version as one number: 602 is 6.2
 * @param replica whether it was a replica when asked, and takes no writes
 * @param commands those of the asked ones that it has, in lower case
 */
record ServerFeatures(
    String server, String version, int release, boolean replica, Set<String> commands) {

  /** Before any server was asked. */
  static final ServerFeatures NONE = new ServerFeatures("unknown", "", 602, false, Set.of());

  private static final String REDIS = "redis";
  private static final int OLDEST = 602;
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");
  private static final String[] COMMANDS = {"waitaof", "xackdel", "xdelex", "xcfgset"};

  /** The server is older than what the connector's commands need. */
  static final class TooOldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooOldException(String server) {
      super(server + " is too old: the connector needs Redis 6.2 or newer, or Valkey");
    }
  }

  /**
   * Asks the server. Fails with {@link TooOldException}, or as the connection does. Any user may
   * ask for the version; one that may not use {@code COMMAND} is taken to have none of them.
   */
  static Future<ServerFeatures> ask(RedisConnection connection) {
    Future<Response> hello = connection.send(Request.cmd(Command.HELLO).arg("2"));
    Request names = Request.cmd(Command.COMMAND).arg("INFO");
    for (String name : COMMANDS) {
      names.arg(name);
    }
    Future<Response> commands = connection.send(names);
    return hello
        .recover(refusal ->
            Future.failedFuture(
                RedisLink.isConnectionFailure(refusal)
                    ? refusal
                    : new TooOldException("A Redis without HELLO")))
        .compose(greeting ->
            commands
                .recover(refusal ->
                    RedisLink.isConnectionFailure(refusal)
                        ? Future.failedFuture(refusal)
                        : Future.succeededFuture()) // this user may not ask
                .map(known -> of(greeting, commandsIn(known))));
  }

  private static ServerFeatures of(Response greeting, Set<String> commands) {
    String server = text(greeting, "server", "unknown");
    String version = text(greeting, "version", "");
    int release = release(version);
    if (release < OLDEST) {
      throw new TooOldException(server + " " + version);
    }
    return new ServerFeatures(
        server, version, release, text(greeting, "role", "master").equals("replica"), commands);
  }

  private static String text(Response greeting, String key, String otherwise) {
    Response value = greeting.get(key);
    return value == null ? otherwise : value.toString();
  }

  // A version in a form of its own (a build from a branch) is taken for the oldest.
  static int release(String version) {
    Matcher matcher = VERSION.matcher(version);
    return matcher.matches()
        ? Integer.parseInt(matcher.group(1)) * 100 + Integer.parseInt(matcher.group(2))
        : OLDEST;
  }

  private static Set<String> commandsIn(Response known) {
    Set<String> names = new HashSet<>();
    if (known != null) {
      for (Response command : known) {
        // Unknown ones are null.
        if (command != null && command.size() > 0) {
          names.add(command.get(0).toString());
        }
      }
    }
    return Set.copyOf(names);
  }

  /** {@code WAITAOF}: wait until the append-only file is flushed, here and on replicas. */
  boolean waitAof() {
    return commands.contains("waitaof");
  }

  /** {@code XACKDEL} and {@code XDELEX}: acknowledge and delete in one, mindful of other groups. */
  boolean ackAndDelete() {
    return commands.contains("xackdel") && commands.contains("xdelex");
  }

  /** {@code XINFO GROUPS} tells {@code lag} and {@code entries-read}. */
  boolean lag() {
    // Valkey is a fork of Redis 7.2 and has had it from the start.
    return release >= 700;
  }

  /** {@code XREADGROUP … CLAIM}: read what others left behind and what is new in one command. */
  boolean claimingRead() {
    return server.equals(REDIS) && release >= 804;
  }

  /** {@code XADD … IDMP}: the server itself adds what has one id only once. */
  boolean idempotentAdd() {
    return commands.contains("xcfgset"); // came with it
  }

  @Override
  public String toString() {
    return version.isEmpty() ? server : server + " " + version;
  }
}
