package dev.dotori.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real database, Redis and S3, as `up` starts them. */
class ServersTest {
  @TempDir Path directory;

  private final Console console =
      new Console(new PrintStream(PrintStream.nullOutputStream()), false);
  private DataDirectory data;
  private Settings settings;

  @BeforeEach
  void start() {
    data = new DataDirectory(directory);
    settings = data.settings();
    settings.mysqlHome("embedded");
    settings.redisProgram("embedded");
    platform().start();
    data.settings(settings);
  }

  @AfterEach
  void stop() {
    Platform.stop(data, console);
  }

  @Test
  void eachServiceSeesItsOwnSchemaOnlyAndItsDataOutlivesStopAndStart() throws SQLException {
    try (Connection points = connect("points", "points")) {
      points.createStatement().execute("CREATE TABLE t (id INT PRIMARY KEY)");
    }
    assertThatThrownBy(() -> connect("points", "members").close())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("denied");

    Platform.stop(data, console);
    platform().start();

    try (Connection points = connect("points", "points")) {
      points.createStatement().execute("INSERT INTO t VALUES (1)");
    }
  }

  @Test
  void aServicesRedisUserHasStreamsAndNothingDangerous() throws IOException {
    assertThat(redis("points", "XADD dotori:{a.b} 1-1 k v")).startsWith("$");
    assertThat(redis("points", "XGROUP CREATE dotori:{a.b} points 0")).startsWith("+OK");
    assertThat(redis("points", "XREADGROUP GROUP points c COUNT 1 STREAMS dotori:{a.b} >"))
        .startsWith("*");
    assertThat(redis("points", "XACK dotori:{a.b} points 1-1")).startsWith(":1");
    assertThat(redis("points", "XAUTOCLAIM dotori:{a.b} points c 0 0")).startsWith("*");
    assertThat(redis("points", "INFO server")).startsWith("$");
    assertThat(redis("points", "CLIENT SETNAME points")).startsWith("+OK");
    for (String refused :
        List.of(
            "XADD other * k v",
            "SET other 1",
            "ZADD other 1 a",
            "FLUSHALL",
            "KEYS *",
            "CONFIG GET *",
            "ACL LIST",
            "DEBUG SLEEP 0",
            "SHUTDOWN",
            "CLIENT KILL TYPE normal")) {
      assertThat(redis("points", refused)).as(refused).startsWith("-NOPERM");
    }
    assertThat(redis("points", "ZADD dotori:{a.b}:delayed 1 1-1")).startsWith(":1");
    assertThat(redis("gateway", "SET dotori:a 1 PX 1000")).startsWith("+OK");
    assertThat(redis("gateway", "TIME")).startsWith("*2");
    assertThat(redis("gateway", "EVAL return(1) 0")).startsWith(":1");
  }

  @Test
  void noSecretShowsInACommandLineAndAllFilesAreTheOwnersAlone() throws IOException {
    List<String> secrets =
        List.of(
            settings.password("mysql.admin"),
            settings.password("mysql.points"),
            settings.password("redis.admin"),
            settings.password("redis.points"),
            settings.password("s3.secret-key"));
    Map<String, RunningProcess> processes = data.processes();
    assertThat(processes.keySet()).containsExactly("mysql", "redis", "s3");
    for (RunningProcess process : processes.values()) {
      String commandLine =
          Files.readString(
              Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
      assertThat(commandLine).isNotEmpty().doesNotContain(secrets);
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        if (secrets.stream().anyMatch(secret -> contains(file, secret))) {
          assertThat(Files.getPosixFilePermissions(file).toString())
              .as(file.toString())
              .doesNotContain("GROUP", "OTHERS");
        }
      }
    }
  }

  private static boolean contains(Path file, String secret) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains(secret);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Platform platform() {
    List<Part> servers =
        new Topology(directory, data, settings)
            .parts().stream()
                .filter(part -> List.of("mysql", "redis", "s3").contains(part.name()))
                .toList();
    return new Platform(data, servers, console);
  }

  private Connection connect(String service, String schema) throws SQLException {
    return DriverManager.getConnection(
        new DatabasePart(data, settings).server().url(schema),
        service,
        settings.password("mysql." + service));
  }

  private String redis(String service, String command) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", settings.port("redis"))) {
      socket.setSoTimeout(5_000);
      String login = "AUTH " + service + " " + settings.password("redis." + service) + "\r\n";
      socket
          .getOutputStream()
          .write((login + command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
      assertThat(in.readLine()).isEqualTo("+OK");
      return in.readLine();
    }
  }
}
