package dev.dotori.local.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MySqlServerTest {
  @Test
  void whatWasCommittedSurvivesAKill() throws SQLException {
    try (MySqlServer server = MySqlServer.temporary().start()) {
      MySqlServer.Account account = server.createSchema("points", Secrets.password());
      int port = server.port();
      execute(account, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");

      server.kill();
      assertThat(server.isAlive()).isFalse();
      server.restart();

      assertThat(server.port()).isEqualTo(port);
      assertThat(query(account, "SELECT COUNT(*) FROM t")).containsExactly("2");
    }
  }

  @Test
  void aSchemasUserSeesNoOtherSchema() throws SQLException {
    try (MySqlServer server = MySqlServer.temporary().start()) {
      MySqlServer.Account points = server.createSchema("points", Secrets.password());
      MySqlServer.Account share = server.createSchema("social_share", Secrets.password());
      // Its name matches social_share where the underscore is taken for any character.
      MySqlServer.Account alike = server.createSchema("socialxshare", Secrets.password());
      execute(alike, "CREATE TABLE t (id INT PRIMARY KEY)");
      execute(share, "CREATE TABLE t (id INT PRIMARY KEY)");

      assertThat(query(points, "SHOW DATABASES")).contains("points").doesNotContain("social_share");
      assertThatThrownBy(() -> query(points, "SELECT * FROM social_share.t"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("denied");
      assertThatThrownBy(() -> query(share, "SELECT * FROM socialxshare.t"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("denied");
      assertThatThrownBy(() -> query(points, "SELECT * FROM mysql.user"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("denied");
    }
  }

  @Test
  void aServicesUserWritesRowsAndAltersNothing() throws SQLException {
    try (MySqlServer server = MySqlServer.temporary().start()) {
      MySqlServer.Account migration = server.createSchema("social_share", Secrets.password());
      MySqlServer.Account other = server.createSchema("socialxshare", Secrets.password());
      execute(migration, "CREATE TABLE t (id INT PRIMARY KEY)");
      execute(other, "CREATE TABLE t (id INT PRIMARY KEY)");

      MySqlServer.Account service = server.createServiceUser("social_share", Secrets.password());

      execute(service, "INSERT INTO t VALUES (1)", "UPDATE t SET id = 2", "DELETE FROM t");
      for (String forbidden :
          List.of(
              "CREATE TABLE u (id INT)",
              "ALTER TABLE t ADD a INT",
              "DROP TABLE t",
              "TRUNCATE TABLE t",
              "CREATE INDEX i ON t (id)",
              "CREATE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW SET NEW.id = 1",
              "SELECT * FROM socialxshare.t")) {
        assertThatThrownBy(() -> execute(service, forbidden))
            .as(forbidden)
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("denied");
      }
    }
  }

  @Test
  void nobodyGetsInWithoutAPassword() throws SQLException {
    try (MySqlServer server = MySqlServer.temporary().start()) {
      for (String user : List.of("", "root", MySqlServer.ADMIN, "anyone")) {
        assertThatThrownBy(() -> DriverManager.getConnection(server.url(""), user, "").close())
            .as("user '%s'", user)
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("denied");
      }
      try (Connection admin = server.admin()) {
        assertThat(column(admin, "SELECT CONCAT(user, '@', host) FROM mysql.user WHERE host <> ''"))
            .filteredOn(account -> !account.startsWith("mysql.") && !account.startsWith("mariadb."))
            .containsExactly("dotori@127.0.0.1");
      }
    }
  }

  @Test
  void timesAreUtcAndTextIsUnicode() throws SQLException {
    try (MySqlServer server = MySqlServer.temporary().start()) {
      MySqlServer.Account account = server.createSchema("points", Secrets.password());
      execute(
          account,
          "CREATE TABLE t (a DATETIME(6), b VARCHAR(20))",
          "INSERT INTO t VALUES (UTC_TIMESTAMP(6), '\uD83C\uDF30 도토리')");

      assertThat(
              query(
                  account,
                  "SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW()) FROM t WHERE b ="
                      + " '\uD83C\uDF30 도토리'"))
          .containsExactly("0");
    }
  }

  @Test
  void lastingDataIsThereAfterStopAndStartByAnother(@TempDir Path directory) throws SQLException {
    String password = Secrets.password();
    int port = Ports.free();
    MySqlServer.Account account;
    try (MySqlServer first = lasting(directory, port, password).start()) {
      account = first.createSchema("points", Secrets.password());
      execute(account, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (7)");
    }
    try (MySqlServer second = lasting(directory, port, password).start()) {
      assertThat(query(account, "SELECT id FROM t")).containsExactly("7");
      assertThat(second.isAlive()).isTrue();
    }
  }

  @Test
  void aPortThatIsTakenIsToldInOneLine(@TempDir Path directory) {
    try (MySqlServer first = MySqlServer.temporary().start();
        MySqlServer second = lasting(directory, first.port(), Secrets.password())) {
      assertThatThrownBy(second::start)
          .isInstanceOf(ServerStartException.class)
          .hasMessage("port %d for the database is taken", first.port());
      assertThat(second.isAlive()).isFalse();
    }
  }

  private static MySqlServer lasting(Path directory, int port, String password) {
    return MySqlServer.lasting(
        directory,
        directory.resolve("mysql.log"),
        port,
        password,
        Optional.empty(),
        Lifetime.THIS_JVM);
  }

  private static void execute(MySqlServer.Account account, String... statements)
      throws SQLException {
    try (Connection connection = connect(account);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> query(MySqlServer.Account account, String sql) throws SQLException {
    try (Connection connection = connect(account)) {
      return column(connection, sql);
    }
  }

  private static List<String> column(Connection connection, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  private static Connection connect(MySqlServer.Account account) throws SQLException {
    return DriverManager.getConnection(account.url(), account.user(), account.password());
  }
}
