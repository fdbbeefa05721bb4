package dev.dotori.local.cli;

import dev.dotori.local.servers.NativeServer;
import dev.dotori.local.servers.ServerProcess;
import java.time.Duration;

/** A server that the services need. */
abstract class ServerPart<S extends NativeServer> implements Part {
  final DataDirectory data;
  final Settings settings;
  final int port;
  private final String name;
  private S server;

  ServerPart(String name, DataDirectory data, Settings settings) {
    this.name = name;
    this.data = data;
    this.settings = settings;
    this.port = settings.port(name);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final ServerProcess launch() {
    return server().launch();
  }

  /** Chosen late: it may have to be unpacked, and a command that only looks needs none. */
  final S server() {
    if (server == null) {
      server = create();
    }
    return server;
  }

  abstract S create();

  @Override
  public final boolean isReady() {
    return server().isReady();
  }

  @Override
  public final Duration startLimit() {
    // It loads its data first, and after a crash recovers it.
    return Duration.ofMinutes(2);
  }
}
