package dev.dotori.local.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** TLS on 127.0.0.1 in front of a server that has none. */
public final class TlsProxy implements AutoCloseable {

  private final SSLServerSocket listener;
  private final int target;
  private final AtomicInteger trusting = new AtomicInteger();

  private TlsProxy(SSLServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** One with this certificate, on a free port, in front of that port of 127.0.0.1. */
  public static TlsProxy start(TestAuthority authority, TestAuthority.Issued issued, int target) {
    try {
      KeyStore all = authority.keys();
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry(
          issued.alias(),
          all.getKey(issued.alias(), TestAuthority.PASSWORD),
          TestAuthority.PASSWORD,
          all.getCertificateChain(issued.alias()));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(own, TestAuthority.PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      SSLServerSocket listener =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
      TlsProxy proxy = new TlsProxy(listener, target);
      Thread.ofVirtual().start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where it listens. */
  public int port() {
    return listener.getLocalPort();
  }

  /** How many clients have found the certificate good so far. */
  public int trusting() {
    return trusting.get();
  }

  private void accept() {
    try {
      while (true) {
        SSLSocket from = (SSLSocket) listener.accept();
        Thread.ofVirtual().start(() -> connect(from));
      }
    } catch (IOException e) {
      // Closed: the test is over.
    }
  }

  private void connect(SSLSocket from) {
    try {
      from.startHandshake();
      trusting.incrementAndGet();
      Socket to = new Socket(InetAddress.ofLiteral("127.0.0.1"), target);
      Thread.ofVirtual().start(() -> carry(to, from));
      carry(from, to);
    } catch (IOException e) {
      close(from);
    }
  }

  private static void carry(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side has ended, or does not trust this one.
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed in any case.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
