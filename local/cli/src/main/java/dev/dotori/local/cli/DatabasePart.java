package dev.dotori.local.cli;

import dev.dotori.local.servers.Lifetime;
import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.servers.ServerProcess;
import java.time.Duration;
import java.util.Map;

/** The database, with a schema and a user for each service that has one. */
final class DatabasePart implements Part {
  private final DataDirectory data;
  private final Settings settings;
  private final int port;
  private MySqlServer server;

  DatabasePart(DataDirectory data, Settings settings) {
    this.data = data;
    this.settings = settings;
    this.port = settings.port("mysql");
  }

  @Override
  public String name() {
    return "mysql";
  }

  @Override
  public String url() {
    return "jdbc:mysql://127.0.0.1:" + port;
  }

  @Override
  public Map<String, Integer> ports() {
    return Map.of("the database", port);
  }

  @Override
  public ServerProcess launch() {
    return server().launch();
  }

  /** Chosen late: it may have to be unpacked, and a command that only looks needs none. */
  MySqlServer server() {
    if (server == null) {
      server =
          MySqlServer.lasting(
              data.of("mysql"),
              data.log("mysql"),
              port,
              settings.password("mysql.admin"),
              settings.mysqlHome(),
              Lifetime.DETACHED);
    }
    return server;
  }

  @Override
  public boolean isReady() {
    return server().isReady();
  }

  @Override
  public void prepare() {
    for (String service : Topology.WITH_SCHEMA) {
      server().createSchema(Topology.schema(service), settings.password("mysql." + service));
    }
  }

  @Override
  public Duration startLimit() {
    // After a crash it recovers first.
    return Duration.ofMinutes(2);
  }
}
