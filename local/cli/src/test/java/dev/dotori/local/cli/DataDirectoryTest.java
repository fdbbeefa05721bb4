package dev.dotori.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path parent;
  private DataDirectory data;

  @BeforeEach
  void open() {
    data = new DataDirectory(parent.resolve("data"));
  }

  @Test
  void endpointsHaveTheShapeThatOthersReadAndTheOwnersEyesOnly() throws IOException {
    data.endpoints(
        new Endpoints(
            new Endpoints.Service("http://127.0.0.1:8080", 1),
            Map.of("points", new Endpoints.Service("http://127.0.0.1:8082", 2)),
            new Endpoints.MySql("jdbc:mysql://127.0.0.1:3306/", "dotori", "p", 3),
            new Endpoints.Redis("redis://:p@127.0.0.1:6379", 4),
            new Endpoints.S3("http://127.0.0.1:9000", "a", "s", "dotori-media"),
            new Endpoints.Sandbox("http://127.0.0.1:8090"),
            new Endpoints.Operator("operator", "o")));

    Path file = data.of("endpoints.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                """
                {
                  "gateway": {"url": "http://127.0.0.1:8080", "pid": 1},
                  "services": {"points": {"url": "http://127.0.0.1:8082", "pid": 2}},
                  "mysql": {"url": "jdbc:mysql://127.0.0.1:3306/", "user": "dotori",
                    "password": "p", "pid": 3},
                  "redis": {"url": "redis://:p@127.0.0.1:6379", "pid": 4},
                  "s3": {"url": "http://127.0.0.1:9000", "accessKey": "a", "secretKey": "s",
                    "bucket": "dotori-media"},
                  "sandbox": {"url": "http://127.0.0.1:8090"},
                  "operator": {"clientId": "operator", "clientSecret": "o"}
                }
                """);
    assertThat(new ObjectMapper().readTree(file.toFile())).isEqualTo(expected);
  }

  @Test
  void secretsAndPortsStayTheSame() throws IOException {
    Settings first = data.settings();
    String password = first.password("mysql.admin");
    String key = first.key("members.key-encryption-key");
    int port = first.port("mysql");
    data.settings(first);

    Settings second = data.settings();

    assertThat(second.password("mysql.admin")).isEqualTo(password).hasSize(40);
    assertThat(second.key("members.key-encryption-key")).isEqualTo(key);
    assertThat(second.port("mysql")).isEqualTo(port);
    assertThat(second.password("redis.admin")).isNotEqualTo(password);
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(data.of("settings.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aPortThatSomebodyElseTookIsReplacedExceptTheGateways() throws IOException {
    Settings settings = data.settings();
    try (ServerSocket one = new ServerSocket(settings.port("mysql"), 1, localhost());
        ServerSocket two = new ServerSocket(0, 1, localhost())) {
      int redis = settings.port("redis");
      settings.gatewayPort(two.getLocalPort());

      settings.replaceTakenPorts();

      assertThat(settings.port("mysql")).isNotEqualTo(one.getLocalPort());
      assertThat(settings.port("redis")).isEqualTo(redis);
      assertThat(settings.gatewayPort()).isEqualTo(two.getLocalPort());
    }
  }

  @Test
  void twoCommandsAtOnceAreRefused() {
    try (DataDirectory.Lock _ = data.lock()) {
      assertThatThrownBy(data::lock)
          .isInstanceOf(CommandException.class)
          .hasMessage(
              "another dotori command (pid %d) is at work on %s",
              ProcessHandle.current().pid(), data.path());
    }
    data.lock().close();
  }

  @Test
  void clearingLeavesWhatOthersPutThere() throws IOException {
    data.settings(data.settings());
    Files.writeString(data.of("notes.txt"), "mine");

    data.clear();

    assertThat(data.of("settings.json")).doesNotExist();
    assertThat(data.of("notes.txt")).exists();
  }

  @Test
  void aLogTellsOfOneRunAndTheOneBeforeIsKept() throws IOException {
    Files.writeString(data.newLog("points"), "first run\n");
    Files.writeString(data.newLog("points"), "second run\n");

    assertThat(data.log("points")).hasContent("second run\n");
    assertThat(data.log("points").resolveSibling("points.log.1")).hasContent("first run\n");
    assertThat(data.logged()).containsExactly("points");
  }

  private static InetAddress localhost() {
    return InetAddress.ofLiteral("127.0.0.1");
  }
}
