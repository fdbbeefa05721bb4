package dev.dotori.local.cli;

import dev.dotori.local.servers.Lifetime;
import dev.dotori.local.servers.MySqlServer;
import java.util.Map;

/** The database, with a schema and a user for each service that has one. */
final class DatabasePart extends ServerPart<MySqlServer> {
  DatabasePart(DataDirectory data, Settings settings) {
    super("mysql", data, settings);
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
  MySqlServer create() {
    return MySqlServer.lasting(
        data.of(name()),
        data.log(name()),
        port,
        settings.password("mysql.admin"),
        settings.mysqlHome(),
        Lifetime.DETACHED);
  }

  @Override
  public void prepare() {
    for (String service : Topology.WITH_SCHEMA) {
      server().createSchema(Topology.schema(service), settings.password("mysql." + service));
    }
  }
}
