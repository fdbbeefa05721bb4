package dev.dotori.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.servers.Secrets;
import io.quarkus.runtime.PreventFurtherStepsException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A process that doesn't migrate starts with a schema that has what its code needs, or not. */
class SchemaGateTest {

  private static final String[] OLD = {"db/outbox"};
  private static final String[] CURRENT = {"db/outbox", "db/effects"};

  private static MySqlServer server;
  private static int schemas;

  private final String schema = "gate" + ++schemas;
  private final MySqlServer.Account migration = server.createSchema(schema, Secrets.password());
  private final MySqlServer.Account service = reader();

  @BeforeAll
  static void startServer() {
    server = MySqlServer.temporary().start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Test
  void aSchemaThatLacksNothingLetsItPassAtOnce() {
    flyway(migration, CURRENT).migrate();

    assertThatCode(() -> gate(Duration.ZERO, CURRENT).pass()).doesNotThrowAnyException();
  }

  @Test
  void itWaitsForWhoeverMigrates() throws Exception {
    SchemaGate gate = gate(Duration.ofMinutes(1), CURRENT);

    CompletableFuture<Void> passed = passing(gate);
    flyway(migration, OLD).migrate();
    assertThat(passed).isNotDone();
    flyway(migration, CURRENT).migrate();

    passed.get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatIsMissingInTheEndIsNamed() {
    flyway(migration, OLD).migrate();

    assertThatThrownBy(() -> gate(Duration.ZERO, CURRENT).pass())
        .isInstanceOfSatisfying(
            PreventFurtherStepsException.class, e -> assertThat(e.getExitCode()).isEqualTo(1))
        .hasMessageContaining("lacks migrations 1 (effects)")
        .hasMessageNotContaining("outbox");
  }

  @Test
  void anEmptySchemaLacksAll() {
    assertThatThrownBy(() -> gate(Duration.ZERO, CURRENT).pass())
        .hasMessageContaining("0.1 (outbox), 1 (effects)");
  }

  @Test
  void aNewerReleasesMigrationsAreNoReasonToWait() {
    flyway(migration, CURRENT).migrate();

    assertThatCode(() -> gate(Duration.ZERO, OLD).pass()).doesNotThrowAnyException();
  }

  @Test
  void aMigrationThatFailedIsMissing() throws SQLException {
    flyway(migration, OLD).migrate();
    execute("CREATE TABLE `" + schema + "`.effect (in_the_way INT)");
    assertThatThrownBy(() -> flyway(migration, CURRENT).migrate())
        .isInstanceOf(FlywayException.class);

    assertThatThrownBy(() -> gate(Duration.ZERO, CURRENT).pass())
        .hasMessageContaining("1 (effects, which failed)");
  }

  @Test
  void aServerThatCannotBeAskedIsNamed() {
    MySqlServer.Account stranger =
        new MySqlServer.Account(service.url(), service.user(), "not the password");

    assertThatThrownBy(() -> gate(stranger, Duration.ZERO, CURRENT).pass())
        .isInstanceOf(PreventFurtherStepsException.class)
        .hasMessageContaining("Access denied");
  }

  private SchemaGate gate(Duration patience, String... locations) {
    return gate(service, patience, locations);
  }

  private static SchemaGate gate(
      MySqlServer.Account account, Duration patience, String... locations) {
    return new SchemaGate(false, () -> patience, flyway(account, locations));
  }

  private static Flyway flyway(MySqlServer.Account account, String... locations) {
    return Flyway.configure()
        .dataSource(account.url(), account.user(), account.password())
        .locations(locations)
        .outOfOrder(true)
        .load();
  }

  /** May only read. */
  private MySqlServer.Account reader() {
    String password = Secrets.password();
    try {
      execute(
          "CREATE USER '%s_reader'@'127.0.0.1' IDENTIFIED BY '%s'".formatted(schema, password),
          "GRANT SELECT ON `%1$s`.* TO '%1$s_reader'@'127.0.0.1'".formatted(schema));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return new MySqlServer.Account(migration.url(), schema + "_reader", password);
  }

  private static void execute(String... statements) throws SQLException {
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static CompletableFuture<Void> passing(SchemaGate gate) {
    return CompletableFuture.runAsync(() -> {
      try {
        gate.pass();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
  }
}
