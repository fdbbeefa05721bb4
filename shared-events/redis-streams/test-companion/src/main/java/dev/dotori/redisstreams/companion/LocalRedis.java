package dev.dotori.redisstreams.companion;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Redis or Valkey on 127.0.0.1 for the tests of this JVM, with nothing in it and nothing kept.
 */
public final class LocalRedis implements AutoCloseable {

  private static final List<String> PROGRAMS = List.of("redis-server", "valkey-server");
  private static final long START_LIMIT_MS = 10_000;

  private final Path program;
  private final Path directory;
  private final int port;
  private final Thread end = new Thread(this::kill, "local-redis-end");
  private Process process;

  private LocalRedis(Path program, Path directory, int port) {
    this.program = program;
    this.directory = directory;
    this.port = port;
  }

  /** A {@code redis-server} or {@code valkey-server} on the PATH, if there is one. */
  public static Optional<Path> onPath() {
    String path = System.getenv("PATH");
    return Stream.of((path == null ? "" : path).split(File.pathSeparator))
        .filter(directory -> !directory.isBlank())
        .flatMap(directory -> PROGRAMS.stream().map(name -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts one and waits until it answers. It ends with this JVM if it is not closed before.
   *
   * @param program a redis-server or valkey-server
   * @throws IllegalStateException if it does not come up
   */
  public static LocalRedis start(Path program) {
    IllegalStateException last = null;
    // Another process may be faster to take the port that was free a moment ago.
    for (int attempt = 0; attempt < 3; attempt++) {
      try {
        LocalRedis server =
            new LocalRedis(
                program, Files.createTempDirectory("redis-streams-companion"), freePort());
        Runtime.getRuntime().addShutdownHook(server.end);
        try {
          server.start();
          return server;
        } catch (IllegalStateException e) {
          server.close();
          last = e;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw last;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void start() {
    try {
      process =
          new ProcessBuilder(
                  program.toString(),
                  "--port",
                  Integer.toString(port),
                  "--bind",
                  "127.0.0.1",
                  "--dir",
                  directory.toString(),
                  "--save",
                  "",
                  "--appendonly",
                  "no")
              .redirectErrorStream(true)
              .redirectOutput(log().toFile())
              .start();
    } catch (IOException e) {
      throw new IllegalStateException("%s can't be started".formatted(program), e);
    }
    long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_LIMIT_MS);
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() - limit > 0) {
        throw new IllegalStateException("%s did not come up: %s".formatted(program, logged()));
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while Redis was starting", e);
      }
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      return socket.getInputStream().read() == '+';
    } catch (IOException e) {
      return false;
    }
  }

  private Path log() {
    return directory.resolve("redis.log");
  }

  private String logged() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      return "(no log)";
    }
  }

  /** Without a password; reached from this machine only. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  private void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path each : files.toList()) {
        Files.deleteIfExists(each);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // It is a temporary directory: the system removes it some day.
      return;
    }
  }

  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException e) {
      return; // the JVM ends anyway
    }
  }
}
