package dev.dotori.redisstreams.test;

import dev.dotori.local.servers.RedisServer;
import dev.dotori.local.servers.RespConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One real Redis for all tests of a JVM, and commands to look at what is in it.
 *
 * <p>A test class is loaded twice, by JUnit and by the application's class loader, and the server
 * must be one. So what both see is kept where both look, as types of the JDK.
 */
final class TestRedis {

  /** A user that may do what the connector needs, on keys of one prefix. */
  private static final RedisServer.User RESTRICTED =
      new RedisServer.User(
          "restricted",
          "restricted-secret",
          "~allowed:* -@all +@connection +@stream +@sortedset +@scripting -@dangerous"
              + " +exists +time +ping +hello +@hash +@list +@transaction +get +setnx +del");

  private static final Map<String, Object> SHARED = shared();

  private TestRedis() {}

  @SuppressWarnings("unchecked")
  private static synchronized Map<String, Object> shared() {
    return (Map<String, Object>)
        System.getProperties()
            .computeIfAbsent(
                "redis-streams.test.server",
                key -> {
                  RedisServer server = RedisServer.temporary(RESTRICTED).start();
                  Map<String, Object> shared = new ConcurrentHashMap<>();
                  shared.put("url", server.url());
                  shared.put("restricted-url", server.url(RESTRICTED));
                  shared.put("port", server.port());
                  shared.put("kill", (Runnable) server::kill);
                  shared.put("restart", (Runnable) server::restart);
                  shared.put("restart-empty", (Runnable) server::restartEmpty);
                  Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                  return shared;
                });
  }

  static String url() {
    return (String) SHARED.get("url");
  }

  /** For a user that sees only keys beginning with {@code allowed:}. */
  static String restrictedUrl() {
    return (String) SHARED.get("restricted-url");
  }

  static int port() {
    return (Integer) SHARED.get("port");
  }

  static void kill() {
    ((Runnable) SHARED.get("kill")).run();
  }

  static void restart() {
    ((Runnable) SHARED.get("restart")).run();
  }

  static void restartEmpty() {
    ((Runnable) SHARED.get("restart-empty")).run();
  }

  /** Sends one command on a connection of its own; lists for arrays, texts, longs, null for nil. */
  static Object call(Object... command) {
    try (RespConnection connection = RespConnection.to(url())) {
      return connection.call(command);
    }
  }

  /** As {@link #call}, on another server. */
  static Object callOn(String url, Object... command) {
    try (RespConnection connection = RespConnection.to(url)) {
      return connection.call(command);
    }
  }

  static long number(Object... command) {
    return (Long) call(command);
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(Object... command) {
    return (List<Object>) call(command);
  }

  /** Adds an entry with the payload in {@code data}; answers its id. */
  static String add(String stream, String data) {
    return (String) call("XADD", stream, "*", "data", data);
  }

  /** Entries of a stream, each as its fields. */
  @SuppressWarnings("unchecked")
  static List<Map<String, String>> entries(String stream) {
    List<Map<String, String>> entries = new ArrayList<>();
    for (Object entry : list("XRANGE", stream, "-", "+")) {
      List<Object> fields = (List<Object>) ((List<Object>) entry).get(1);
      Map<String, String> named = new LinkedHashMap<>();
      for (int i = 0; i < fields.size(); i += 2) {
        named.put((String) fields.get(i), (String) fields.get(i + 1));
      }
      entries.add(named);
    }
    return entries;
  }

  /** The ids of a stream's entries. */
  static List<String> ids(String stream) {
    return list("XRANGE", stream, "-", "+").stream()
        .map(entry -> (String) ((List<?>) entry).getFirst())
        .toList();
  }

  /** The payloads of a stream's entries. */
  static List<String> payloads(String stream) {
    return entries(stream).stream().map(entry -> entry.get("data")).toList();
  }

  /** Whether the stream exists and a group reads it. */
  static boolean hasGroup(String stream) {
    return number("EXISTS", stream) == 1 && !list("XINFO", "GROUPS", stream).isEmpty();
  }

  /** How many entries are pending in a group. */
  static long pending(String stream, String group) {
    return (Long) list("XPENDING", stream, group).get(0);
  }
}
