package dev.dotori.local.test;

import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.servers.Secrets;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/**
 * An empty database for a test. As in a deployment one user migrates the schema, and the service's
 * own only reads and writes its rows.
 *
 * <p>Argument {@code schema}: the schema's name (default {@code test}). Argument {@code
 * datasource}: the name of the Quarkus datasource, when it is not the default one. Fields of type
 * {@link MySqlServer} are set to the server.
 */
public class MySqlTestResource implements QuarkusTestResourceLifecycleManager {
  private String schema = "test";
  private String prefix = "quarkus.datasource.";
  private String flywayPrefix = "quarkus.flyway.";
  private MySqlServer server;

  @Override
  public void init(Map<String, String> arguments) {
    schema = arguments.getOrDefault("schema", schema);
    String datasource = arguments.get("datasource");
    if (datasource != null) {
      prefix = "quarkus.datasource.\"" + datasource + "\".";
      flywayPrefix = "quarkus.flyway.\"" + datasource + "\".";
    }
  }

  @Override
  public Map<String, String> start() {
    server = MySqlServer.temporary().start();
    MySqlServer.Account migration = server.createSchema(schema, Secrets.password());
    MySqlServer.Account service = server.createServiceUser(schema, Secrets.password());
    return Map.of(
        prefix + "jdbc.url", service.url(),
        prefix + "username", service.user(),
        prefix + "password", service.password(),
        // Flyway's own connection comes before Quarkus's tracing, whose place the driver would
        // take.
        flywayPrefix + "jdbc-url", migration.url() + "&openTelemetry=DISABLED",
        flywayPrefix + "username", migration.user(),
        flywayPrefix + "password", migration.password());
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(server, new TestInjector.MatchesType(MySqlServer.class));
  }

  @Override
  public void stop() {
    if (server != null) {
      server.close();
    }
  }
}
