package dev.dotori.local.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.CrossOriginResourceSharing;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;

/**
 * An S3 on 127.0.0.1 with files for objects. It checks signatures, also those of presigned URLs,
 * and lets pages of any origin upload (CORS). It runs in this JVM; {@link #main} makes a process of
 * it.
 */
public final class S3Server implements AutoCloseable {
  public static final String REGION = "us-east-1";

  private final Path directory;
  private final String accessKey;
  private final String secretKey;
  private final boolean temporary;
  private int port;
  private S3Proxy proxy;

  private S3Server(
      Path directory, int port, String accessKey, String secretKey, boolean temporary) {
    this.directory = directory.toAbsolutePath();
    this.port = port;
    this.accessKey = accessKey;
    this.secretKey = secretKey;
    this.temporary = temporary;
  }

  /** An empty server for this JVM alone; {@link #close} removes its data. Not yet started. */
  public static S3Server temporary() {
    return new S3Server(
        Directories.temporary("s3"), Ports.free(), Secrets.password(), Secrets.password(), true);
  }

  /** A server whose data stays. Not yet started. */
  public static S3Server lasting(Path directory, int port, String accessKey, String secretKey) {
    return new S3Server(directory, port, accessKey, secretKey, false);
  }

  /**
   * Starts it; it takes requests when this returns.
   *
   * @throws ServerStartException when it does not come up
   */
  public S3Server start() {
    for (int attempt = 1; ; attempt++) {
      try {
        startOnce();
        return this;
      } catch (ServerStartException e) {
        if (!temporary || attempt == 5) {
          throw e;
        }
        port = Ports.free();
      }
    }
  }

  private void startOnce() {
    try {
      Directories.createPrivate(directory);
      Properties store = new Properties();
      store.setProperty("jclouds.filesystem.basedir", directory.toString());
      proxy =
          S3Proxy.builder()
              .blobStore(BlobStores.create("filesystem-nio2", store))
              .endpoint(URI.create(url()))
              .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
              .ignoreUnknownHeaders(true)
              .corsRules(anyOrigin())
              .jettyMaxThreads(32)
              .build();
      proxy.start();
    } catch (Exception e) {
      throw new ServerStartException("S3 did not start on port " + port + ": " + e.getMessage(), e);
    }
  }

  private static CrossOriginResourceSharing anyOrigin() {
    return new CrossOriginResourceSharing(
        List.of("*"),
        List.of("GET", "HEAD", "PUT", "POST"),
        List.of("*"),
        List.of("ETag"),
        "false");
  }

  /** Makes a bucket, unless it is there. */
  public void createBucket(String name) {
    try {
      Directories.createPrivate(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + port;
  }

  public String accessKey() {
    return accessKey;
  }

  public String secretKey() {
    return secretKey;
  }

  public int port() {
    return port;
  }

  public void stop() {
    if (proxy == null) {
      return;
    }
    try {
      proxy.stop();
      proxy = null;
    } catch (Exception e) {
      throw new IllegalStateException("S3 did not stop", e);
    }
  }

  /** Ends it abruptly: in one JVM there is no harder way than to stop. */
  public void kill() {
    stop();
  }

  /** Stops it if it runs, and starts it on the same port and data. */
  public void restart() {
    stop();
    startOnce();
  }

  /** Stops it; a temporary server's data is removed. */
  @Override
  public void close() {
    stop();
    if (temporary) {
      Directories.delete(directory);
    }
  }

  /**
   * Runs a server until the process ends. Settings come by environment, so that the secret shows in
   * no process list: {@code DOTORI_S3_DIRECTORY}, {@code DOTORI_S3_PORT}, {@code
   * DOTORI_S3_ACCESS_KEY}, {@code DOTORI_S3_SECRET_KEY}, {@code DOTORI_S3_BUCKET}.
   */
  public static void main(String[] arguments) {
    Path directory = Path.of(required("DOTORI_S3_DIRECTORY"));
    S3Server server =
        lasting(
            directory,
            Integer.parseInt(required("DOTORI_S3_PORT")),
            required("DOTORI_S3_ACCESS_KEY"),
            required("DOTORI_S3_SECRET_KEY"));
    server.createBucket(required("DOTORI_S3_BUCKET"));
    try {
      server.start();
    } catch (ServerStartException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(1);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "s3-stop"));
    System.out.println("S3 listens on " + server.url() + ", files in " + directory);
  }

  private static String required(String variable) {
    String value = System.getenv(variable);
    if (value == null || value.isBlank()) {
      System.err.println("error: " + variable + " is not set");
      System.exit(2);
    }
    return value;
  }
}
