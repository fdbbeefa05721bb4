package dev.dotori.redisstreams.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * TLS in front of the tests' Redis, which may have been built without it. As with {@link
 * TestRedis}, both class loaders of a test see one.
 */
final class TlsProxy {

  static final String PASSWORD = "not-secret";

  private static final Map<String, Object> SHARED = shared();

  private TlsProxy() {}

  @SuppressWarnings("unchecked")
  private static Map<String, Object> shared() {
    return (Map<String, Object>)
        System.getProperties().computeIfAbsent("redis-streams.test.tls", key -> start());
  }

  /** Redis's URL through TLS, by the name that the certificate has. */
  static String url() {
    return TestRedis.url()
        .replace("redis://", "rediss://")
        .replaceAll("127\\.0\\.0\\.1:\\d+$", "localhost:" + SHARED.get("port"));
  }

  /** A PKCS #12 store that trusts the certificate. */
  static String trustStore() {
    return (String) SHARED.get("store");
  }

  private static Map<String, Object> start() {
    try {
      Path directory = Files.createTempDirectory("redis-tls-");
      directory.toFile().deleteOnExit();
      Path store = directory.resolve("store.p12");
      makeCertificate(store);
      store.toFile().deleteOnExit();
      SSLServerSocket server = listen(store);
      Thread.ofVirtual().start(() -> accept(server));
      return Map.of("port", server.getLocalPort(), "store", store.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void makeCertificate(Path store) throws IOException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "redis",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    try {
      if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IOException("keytool failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static SSLServerSocket listen(Path store) throws IOException {
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return (SSLServerSocket)
          context
              .getServerSocketFactory()
              .createServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static void accept(SSLServerSocket server) {
    try {
      while (true) {
        Socket from = server.accept();
        Socket to = new Socket("127.0.0.1", TestRedis.port());
        Thread.ofVirtual().start(() -> carry(from, to));
        Thread.ofVirtual().start(() -> carry(to, from));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void carry(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // One side has ended, or does not trust this one.
    }
  }
}
