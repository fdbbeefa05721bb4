package dev.dotori.redisstreams.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between a channel and Redis to break what is between them. As with {@link TestRedis}, both
 * class loaders of a test see one proxy.
 */
final class TcpProxy {

  private static final Map<String, Object> SHARED = shared();

  private final ServerSocket server;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean silent;

  private TcpProxy(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> shared() {
    return (Map<String, Object>)
        System.getProperties()
            .computeIfAbsent(
                "redis-streams.test.proxy",
                key -> {
                  try {
                    TcpProxy proxy = new TcpProxy(TestRedis.port());
                    Map<String, Object> shared = new ConcurrentHashMap<>();
                    shared.put("port", proxy.server.getLocalPort());
                    shared.put("cut", (Runnable) proxy::cutAll);
                    shared.put("silence", (Runnable) () -> proxy.silent = true);
                    shared.put("speak", (Runnable) () -> proxy.silent = false);
                    return shared;
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
  }

  /** Redis's URL through the proxy. */
  static String url() {
    return TestRedis.url().replaceAll(":\\d+$", ":" + SHARED.get("port"));
  }

  /** Closes every connection. */
  static void cut() {
    ((Runnable) SHARED.get("cut")).run();
  }

  /**
   * Connections stay open, and carry nothing any more for ever; new ones neither until {@link
   * #speak}.
   */
  static void halfOpen() {
    ((Runnable) SHARED.get("silence")).run();
  }

  /** New connections carry data again; silenced ones stay silent. */
  static void speak() {
    ((Runnable) SHARED.get("speak")).run();
  }

  private void cutAll() {
    sockets.forEach(TcpProxy::close);
    sockets.clear();
  }

  private void accept() {
    try {
      while (true) {
        Socket from = server.accept();
        Socket to = new Socket("127.0.0.1", target);
        sockets.add(from);
        sockets.add(to);
        Thread.ofVirtual().start(() -> carry(from, to));
        Thread.ofVirtual().start(() -> carry(to, from));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void carry(Socket from, Socket to) {
    byte[] buffer = new byte[64 * 1024];
    boolean dead = false;
    try {
      InputStream in = from.getInputStream();
      for (int read; (read = in.read(buffer)) >= 0; ) {
        dead |= silent;
        if (!dead) {
          to.getOutputStream().write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      // The other side is closed below.
    }
    if (!dead) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }
}
