package dev.dotori.local.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A MySQL-compatible server on 127.0.0.1: the embedded MariaDB, or a MySQL of the user's own (see
 * {@link MySqlInstallation#choose}).
 */
public final class MySqlServer extends NativeServer {
  /** Has every right; for whoever runs the server, never for a service. */
  public static final String ADMIN = "dotori";

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  /** Fast batches and UTC everywhere; no TLS, since all stays on this machine. */
  private static final String URL_PARAMETERS =
      "rewriteBatchedStatements=true&cachePrepStmts=true&prepStmtCacheSize=512"
          + "&prepStmtCacheSqlLimit=2097152&useLocalSessionState=true&useAffectedRows=true"
          + "&cacheServerConfiguration=true&maintainTimeStats=false"
          + "&connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true"
          + "&sslMode=DISABLED&allowPublicKeyRetrieval=true";

  private final MySqlInstallation installation;
  private final String adminPassword;
  private final Durability durability;
  private List<String> tls = List.of();

  private MySqlServer(
      MySqlInstallation installation, Place place, String adminPassword, Durability durability) {
    super("the database", START_LIMIT, STOP_LIMIT, place);
    this.installation = installation;
    this.adminPassword = adminPassword;
    this.durability = durability;
  }

  /** An empty server for this JVM alone; {@link #close} removes its data. Not yet started. */
  public static MySqlServer temporary(Durability durability) {
    return new MySqlServer(
        MySqlInstallation.choose(Optional.empty()),
        Place.temporary("mysql"),
        Secrets.password(),
        durability);
  }

  /** {@link #temporary(Durability)} for tests: what is committed survives {@link #kill}. */
  public static MySqlServer temporary() {
    return temporary(Durability.PROCESS_DEATH);
  }

  /**
   * A server whose data stays. Not yet started.
   *
   * @param home folder of a MySQL, with {@code mysqld} or {@code bin/mysqld} in it; none leaves the
   *     choice to the environment
   */
  public static MySqlServer lasting(
      Path directory,
      Path log,
      int port,
      String adminPassword,
      Optional<String> home,
      Lifetime lifetime) {
    return new MySqlServer(
        MySqlInstallation.choose(home),
        Place.lasting(directory, log, port, lifetime),
        adminPassword,
        Durability.POWER_FAILURE);
  }

  /**
   * Offers TLS with this certificate and key, both in PEM; without, there is none. Before the
   * start.
   */
  public MySqlServer withTls(Path certificate, Path key) {
    tls = List.of("--tls-version=TLSv1.2,TLSv1.3", "--ssl-cert=" + certificate, "--ssl-key=" + key);
    return this;
  }

  @Override
  public MySqlServer start() {
    super.start();
    return this;
  }

  @Override
  List<String> prepare() throws IOException {
    Path data = initialisedData();
    Path initFile = directory().resolve("init.sql");
    Directories.writePrivate(initFile, initSql());
    return command(data, initFile);
  }

  private Path initialisedData() throws IOException {
    Path data = directory().resolve("data");
    Path kind = directory().resolve("kind");
    if (Files.isDirectory(data)) {
      String found = Files.readString(kind).strip();
      if (!found.equals(installation.kind())) {
        throw new ServerStartException(
            "the data in %s is of %s and can't be opened by %s: start with the former or with"
                    .formatted(directory(), found, installation.kind())
                + " --fresh");
      }
      return data;
    }
    // Under another name until it is whole: a start that is broken off leaves no half database.
    Path unfinished = directory().resolve("data.unfinished");
    Directories.delete(unfinished);
    Directories.createPrivate(unfinished);
    installation.initialise(unfinished, log());
    Files.writeString(kind, installation.kind());
    Files.move(unfinished, data);
    return data;
  }

  private List<String> command(Path data, Path initFile) {
    List<String> command = new ArrayList<>(installation.program());
    command.addAll(installation.options());
    command.addAll(
        List.of(
            "--datadir=" + data,
            "--port=" + port(),
            "--bind-address=127.0.0.1",
            // Relative to the data directory: an absolute path may be longer than a socket's can.
            "--socket=mysql.sock",
            "--pid-file=mysql.pid",
            "--skip-name-resolve",
            "--init-file=" + initFile,
            "--default-time-zone=+00:00",
            "--character-set-server=utf8mb4",
            "--performance-schema=OFF",
            "--max-connections=300",
            "--max-allowed-packet=16M"));
    command.addAll(
        switch (durability) {
          case POWER_FAILURE ->
              List.of("--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=256M");
          case PROCESS_DEATH ->
              List.of("--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=64M");
        });
    command.addAll(tls.isEmpty() ? List.of() : installation.tlsOptions());
    command.addAll(tls);
    command.addAll(asRoot());
    return command;
  }

  /** The server refuses to run as root unless told to. */
  static List<String> asRoot() {
    return System.getProperty("user.name").equals("root") ? List.of("--user=root") : List.of();
  }

  /** Run by the server itself before it takes connections. One statement a line. */
  private String initSql() {
    return """
    CREATE USER IF NOT EXISTS '%1$s'@'127.0.0.1' IDENTIFIED BY '%2$s';
    ALTER USER '%1$s'@'127.0.0.1' IDENTIFIED BY '%2$s';
    GRANT ALL PRIVILEGES ON *.* TO '%1$s'@'127.0.0.1' WITH GRANT OPTION;
    DROP USER IF EXISTS 'root'@'localhost';
    """
        .formatted(ADMIN, adminPassword);
  }

  /** Whether it takes connections. */
  @Override
  public boolean isReady() {
    try (Connection connection = admin();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /**
   * Makes a schema and a user that sees only it, unless they are there, and sets the password.
   *
   * @param name of both; lower case letters, digits and underscores
   */
  public Account createSchema(String name, String password) {
    if (!name.matches("[a-z][a-z0-9_]{0,31}")) {
      throw new IllegalArgumentException("not a schema's name: " + name);
    }
    try (Connection connection = admin();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE IF NOT EXISTS `" + name + "` CHARACTER SET utf8mb4");
      String user = "'" + name + "'@'127.0.0.1'";
      statement.execute("CREATE USER IF NOT EXISTS " + user + " IDENTIFIED BY '" + password + "'");
      statement.execute("ALTER USER " + user + " IDENTIFIED BY '" + password + "'");
      // In a grant an underscore stands for any character, unless escaped.
      String pattern = name.replace("_", "\\_");
      statement.execute("GRANT ALL PRIVILEGES ON `" + pattern + "`.* TO " + user);
    } catch (SQLException e) {
      throw new ServerStartException("schema " + name + " can't be made: " + e.getMessage(), e);
    }
    return new Account(url(name), name, password);
  }

  /**
   * Makes a user that reads and writes the rows of a schema that is there, and alters nothing: what
   * a service has where another user migrates.
   */
  public Account createServiceUser(String schema, String password) {
    String name = schema + "_service";
    try (Connection connection = admin();
        Statement statement = connection.createStatement()) {
      String user = "'" + name + "'@'127.0.0.1'";
      statement.execute("CREATE USER " + user + " IDENTIFIED BY '" + password + "'");
      String pattern = schema.replace("_", "\\_");
      statement.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON `" + pattern + "`.* TO " + user);
    } catch (SQLException e) {
      throw new ServerStartException("user " + name + " can't be made: " + e.getMessage(), e);
    }
    return new Account(url(schema), name, password);
  }

  /** A new connection with every right. */
  public Connection admin() throws SQLException {
    return DriverManager.getConnection(url(""), ADMIN, adminPassword);
  }

  /** The JDBC URL of a schema, with the parameters that services use. */
  public String url(String schema) {
    return "jdbc:mysql://127.0.0.1:" + port() + "/" + schema + "?" + URL_PARAMETERS;
  }

  public String adminPassword() {
    return adminPassword;
  }

  /** What a service needs to reach its schema. */
  public record Account(String url, String user, String password) {
    @Override
    public String toString() {
      return user + " at " + url;
    }
  }
}
