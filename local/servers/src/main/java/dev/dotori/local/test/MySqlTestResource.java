package dev.dotori.local.test;

import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.servers.Secrets;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/**
 * An empty database for a test, its user seeing one schema only.
 *
 * <p>Argument {@code schema}: the schema's name (default {@code test}). Argument {@code
 * datasource}: the name of the Quarkus datasource, when it is not the default one. Fields of type
 * {@link MySqlServer} are set to the server.
 */
public class MySqlTestResource implements QuarkusTestResourceLifecycleManager {
  private String schema = "test";
  private String prefix = "quarkus.datasource.";
  private MySqlServer server;

  @Override
  public void init(Map<String, String> arguments) {
    schema = arguments.getOrDefault("schema", schema);
    String datasource = arguments.get("datasource");
    if (datasource != null) {
      prefix = "quarkus.datasource.\"" + datasource + "\".";
    }
  }

  @Override
  public Map<String, String> start() {
    server = MySqlServer.temporary().start();
    MySqlServer.Account account = server.createSchema(schema, Secrets.password());
    return Map.of(
        prefix + "jdbc.url", account.url(),
        prefix + "username", account.user(),
        prefix + "password", account.password());
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
