package dev.dotori.redisstreams.test;

import dev.dotori.local.servers.RedisServer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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
              + " +exists +time +ping +hello");

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
    try (Socket socket = new Socket("127.0.0.1", port())) {
      String url = url();
      String password = url.substring(url.indexOf("//:") + 3, url.lastIndexOf('@'));
      InputStream in = new BufferedInputStream(socket.getInputStream());
      socket.getOutputStream().write(encode("AUTH", password));
      read(in);
      socket.getOutputStream().write(encode(command));
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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

  /** Whether the stream exists and a group reads it. */
  static boolean hasGroup(String stream) {
    return number("EXISTS", stream) == 1 && !list("XINFO", "GROUPS", stream).isEmpty();
  }

  /** How many entries are pending in a group. */
  static long pending(String stream, String group) {
    return (Long) list("XPENDING", stream, group).get(0);
  }

  private static byte[] encode(Object... command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("*" + command.length + "\r\n").getBytes(StandardCharsets.UTF_8));
    for (Object part : command) {
      byte[] bytes = String.valueOf(part).getBytes(StandardCharsets.UTF_8);
      out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.writeBytes(bytes);
      out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  private static Object read(InputStream in) throws IOException {
    String line = line(in);
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> throw new IllegalStateException(rest);
      case ':' -> Long.parseLong(rest);
      case '$' -> bulk(in, Integer.parseInt(rest));
      case '*' -> array(in, Integer.parseInt(rest));
      default -> throw new IllegalStateException("not an answer of Redis: " + line);
    };
  }

  private static Object bulk(InputStream in, int length) throws IOException {
    if (length < 0) {
      return null;
    }
    String value = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    in.readNBytes(2);
    return value;
  }

  private static Object array(InputStream in, int length) throws IOException {
    if (length < 0) {
      return null;
    }
    List<Object> values = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      values.add(read(in));
    }
    return values;
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b; (b = in.read()) != '\r'; ) {
      if (b < 0) {
        throw new IOException("Redis closed the connection");
      }
      line.write(b);
    }
    in.read();
    return line.toString(StandardCharsets.UTF_8);
  }
}
