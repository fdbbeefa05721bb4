package dev.dotori.local.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A server on 127.0.0.1 that is a program outside this JVM and keeps its data in a folder. */
public abstract sealed class NativeServer implements AutoCloseable
    permits MySqlServer, RedisServer {

  private final String name;
  private final Duration startLimit;
  private final Duration stopLimit;
  private final Place place;
  private int port;
  private ServerProcess process;

  /**
   * @param name how to call it in an error
   */
  NativeServer(String name, Duration startLimit, Duration stopLimit, Place place) {
    this.name = name;
    this.startLimit = startLimit;
    this.stopLimit = stopLimit;
    this.place = place;
    this.port = place.port();
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @throws ServerStartException when it does not come up
   */
  public NativeServer start() {
    for (int attempt = 1; ; attempt++) {
      try {
        startOnce();
        return this;
      } catch (ServerStartException e) {
        // Another process was faster to take the port that was free a moment ago.
        if (!place.temporary() || attempt == 5 || Ports.isFree(port)) {
          throw e;
        }
        port = Ports.free();
      }
    }
  }

  /** Starts it on the port that it has. */
  final void startOnce() {
    launch().awaitReady(name, startLimit, this::isReady);
  }

  /** Starts the process, and does not wait until it is ready. */
  public final ServerProcess launch() {
    if (isAlive()) {
      throw new IllegalStateException(name + " runs already");
    }
    if (!Ports.isFree(port)) {
      throw new ServerStartException("port " + port + " for " + name + " is taken");
    }
    try {
      Directories.createPrivate(place.directory());
      Directories.createPrivate(place.log().getParent());
      process = ServerProcess.start(prepare(), Map.of(), place.log(), place.lifetime());
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes to its directory what it needs at its start.
   *
   * @return the command that starts it
   */
  abstract List<String> prepare() throws IOException;

  /** Whether it does its work now. */
  public abstract boolean isReady();

  /** SIGTERM; what was written or committed before is on the disk after it. */
  public final void stop() {
    if (process != null) {
      process.stop(stopLimit);
    }
  }

  /** SIGKILL, as a crash would end it: a Redis may lose what was written in the last second. */
  public final void kill() {
    if (process != null) {
      process.kill();
    }
  }

  /** Stops it if it runs, and starts it on the same port and data. */
  public final void restart() {
    stop();
    startOnce();
  }

  public final boolean isAlive() {
    return process != null && process.isAlive();
  }

  public final int port() {
    return port;
  }

  public final long pid() {
    return process.pid();
  }

  /** Sends it a signal by its name, such as {@code STOP}. */
  final void signal(String signal) {
    process.signal(signal);
  }

  final Path directory() {
    return place.directory();
  }

  final Path log() {
    return place.log();
  }

  /** Stops it; a temporary server's data is removed. */
  @Override
  public final void close() {
    if (place.temporary()) {
      kill();
      Directories.delete(place.directory());
    } else {
      stop();
    }
  }

  /**
   * Where a server runs, and how long.
   *
   * @param directory its own: its data, and what it is configured by
   * @param log where its output goes
   * @param temporary whether {@link #close} removes the directory, and another port will do as well
   */
  record Place(Path directory, Path log, int port, Lifetime lifetime, boolean temporary) {
    Place {
      directory = directory.toAbsolutePath();
      log = log.toAbsolutePath();
    }

    /** For this JVM alone. */
    static Place temporary(String name) {
      Path directory = Directories.temporary(name);
      return new Place(
          directory, directory.resolve(name + ".log"), Ports.free(), Lifetime.THIS_JVM, true);
    }

    static Place lasting(Path directory, Path log, int port, Lifetime lifetime) {
      return new Place(directory, log, port, lifetime, false);
    }
  }
}
