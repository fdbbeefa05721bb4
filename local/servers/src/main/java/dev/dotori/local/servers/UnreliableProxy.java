package dev.dotori.local.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands on 127.0.0.1 between a client and a server to break what is between them. */
public final class UnreliableProxy implements AutoCloseable {

  private final ServerSocket server;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean silent;
  private volatile String swallowed;
  private volatile long latencyMillis;

  /**
   * Listens at once.
   *
   * @param target port of the server
   */
  public UnreliableProxy(int target) {
    this.target = target;
    try {
      this.server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Closes every connection. */
  public void cut() {
    sockets.forEach(UnreliableProxy::close);
    sockets.clear();
  }

  /** Ends every connection with a reset, as a firewall that forgot them: nothing is delivered. */
  public void reset() {
    for (Socket socket : sockets) {
      try {
        socket.setSoLinger(true, 0);
      } catch (SocketException e) {
        // It is closed already.
      }
    }
    cut();
  }

  /**
   * Connections stay open, and carry nothing any more for ever; new ones neither until {@link
   * #speak}.
   */
  public void halfOpen() {
    silent = true;
  }

  /** New connections carry data again; silenced ones stay silent. */
  public void speak() {
    silent = false;
  }

  /**
   * The next connection to carry this ASCII text, in capital letters or small ones, carries nothing
   * any more from then on in the same direction, the text included. Other connections go on.
   */
  public void swallow(String text) {
    swallowed = text;
  }

  /** Whether the text of {@link #swallow} has come. */
  public boolean hasSwallowed() {
    return swallowed == null;
  }

  /** Each piece of data takes so much longer, in each direction; zero for none. */
  public void latency(Duration latency) {
    latencyMillis = latency.toMillis();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket from = server.accept();
        try {
          Socket to = new Socket("127.0.0.1", target);
          sockets.add(from);
          sockets.add(to);
          Thread.ofVirtual().start(() -> carry(from, to));
          Thread.ofVirtual().start(() -> carry(to, from));
        } catch (IOException e) {
          close(from); // the server is away
        }
      } catch (IOException e) {
        // This proxy is closed.
      }
    }
  }

  private void carry(Socket from, Socket to) {
    byte[] buffer = new byte[64 * 1024];
    boolean dead = false;
    try {
      InputStream in = from.getInputStream();
      for (int read; (read = in.read(buffer)) >= 0; ) {
        if (latencyMillis > 0) {
          Thread.sleep(latencyMillis);
        }
        dead |= silent || isToBeSwallowed(buffer, read);
        if (!dead) {
          to.getOutputStream().write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      // The other side is closed below.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!dead) {
      close(from);
      close(to);
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private boolean isToBeSwallowed(byte[] data, int length) {
    String text = swallowed;
    if (text == null
        || !new String(data, 0, length, StandardCharsets.US_ASCII)
            .toLowerCase(Locale.ROOT)
            .contains(text.toLowerCase(Locale.ROOT))) {
      return false;
    }
    swallowed = null;
    return true;
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
