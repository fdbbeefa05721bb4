package dev.dotori.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.servers.RedisServer;
import dev.dotori.local.servers.Secrets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Schemas as the chart treats them: a Job migrates as a user of its own, with nothing else in its
 * environment, and the services, whose users can't alter anything, wait for it.
 */
class MigrationTest {

  private static final List<String> SERVICES =
      List.of("members", "points", "posting", "social-share");

  private static MySqlServer mysql;
  private static RedisServer redis;

  private final List<ServiceProcess> started = new ArrayList<>();

  @BeforeAll
  static void startServers() {
    mysql = MySqlServer.temporary().start();
    redis = RedisServer.temporary().start();
  }

  @AfterAll
  static void stopServers() {
    redis.close();
    mysql.close();
  }

  @AfterEach
  void endProcesses() {
    started.forEach(ServiceProcess::close);
  }

  @Test
  void servicesWaitForTheirJobsAndThenRunWithoutTheRightToAlter() throws SQLException {
    Map<String, MySqlServer.Account> migrations = new HashMap<>();
    Map<String, ServiceProcess> services = new LinkedHashMap<>();
    for (String service : SERVICES) {
      String schema = service.replace('-', '_');
      migrations.put(service, mysql.createSchema(schema, Secrets.password()));
      services.put(
          service, startService(service, mysql.createServiceUser(schema, Secrets.password())));
    }
    services.values().forEach(service -> service.awaitOutput("the schema lacks migrations"));
    assertThat(
            rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'points'"))
        .as("a service that waits uses no table")
        .isEmpty();

    List<ServiceProcess> jobs = new ArrayList<>();
    SERVICES.forEach(service -> jobs.add(startJob(service, migrations.get(service))));
    // As when two Jobs meet: a release and the one after it.
    jobs.add(startJob("points", migrations.get("points")));

    for (ServiceProcess job : jobs) {
      assertThat(job.awaitExit()).as(job.output()).isZero();
    }
    assertThat(rows("SELECT version FROM points.flyway_schema_history WHERE success = 1"))
        .as("no migration was done twice")
        .contains("0.1", "0.2", "1", "5")
        .doesNotHaveDuplicates();
    services.values().forEach(ServiceProcess::awaitReady);
  }

  @Test
  void aJobThatCannotMigrateSaysWhyAndFails() {
    MySqlServer.Account account = mysql.createSchema("refused", Secrets.password());

    ServiceProcess job =
        startJob("posting", new MySqlServer.Account(account.url(), account.user(), "wrong"));

    assertThat(job.awaitExit()).isNotZero();
    assertThat(job.output()).contains("Access denied for user 'refused'");
  }

  @Test
  void aServiceNamesWhatItsSchemaLacksWhenItsPatienceEnds() {
    MySqlServer.Account account = mysql.createSchema("late", Secrets.password());

    ServiceProcess service =
        startService("posting", account, Map.of("DOTORI_SCHEMA_PATIENCE", "1s"));

    assertThat(service.awaitExit()).isEqualTo(1);
    assertThat(service.output())
        .contains("Not started, after 1 s: the schema lacks migrations 0.1 (outbox), ")
        .doesNotContain("\tat ");
  }

  @Test
  void aServiceThatWaitsCanBeEnded() {
    MySqlServer.Account account = mysql.createSchema("never", Secrets.password());
    ServiceProcess service =
        startService("posting", account).awaitOutput("the schema lacks migrations");

    service.terminate();

    service.awaitExit();
    assertThat(service.output()).doesNotContain("Not started, after");
  }

  private ServiceProcess startJob(String service, MySqlServer.Account migration) {
    ServiceProcess job =
        ServiceProcess.startBare(
            service,
            Map.of(
                "QUARKUS_INIT_AND_EXIT", "true",
                "QUARKUS_FLYWAY_MIGRATE_AT_START", "true",
                "QUARKUS_DATASOURCE_JDBC_URL", migration.url(),
                "QUARKUS_DATASOURCE_USERNAME", migration.user(),
                "QUARKUS_DATASOURCE_PASSWORD", migration.password()));
    started.add(job);
    return job;
  }

  private ServiceProcess startService(String service, MySqlServer.Account account) {
    return startService(service, account, Map.of());
  }

  private ServiceProcess startService(
      String service, MySqlServer.Account account, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("QUARKUS_FLYWAY_MIGRATE_AT_START", "false");
    environment.put("QUARKUS_DATASOURCE_JDBC_URL", account.url());
    environment.put("QUARKUS_DATASOURCE_USERNAME", account.user());
    environment.put("QUARKUS_DATASOURCE_PASSWORD", account.password());
    environment.put("QUARKUS_REDIS_HOSTS", redis.url());
    environment.put("DOTORI_SERVICE_SECRET", Secrets.password());
    environment.put("DOTORI_MEMBERS_KEY_ENCRYPTION_KEY", Secrets.key());
    environment.put("DOTORI_MEMBERS_OPERATOR_CLIENT_SECRET", Secrets.password());
    environment.put("DOTORI_SOCIAL_SHARE_TOKEN_ENCRYPTION_KEY", Secrets.key());
    environment.putAll(more);
    ServiceProcess process = ServiceProcess.start(service, environment);
    started.add(process);
    return process;
  }

  private static List<String> rows(String sql) throws SQLException {
    try (Connection connection = mysql.admin();
        ResultSet rows = connection.createStatement().executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
