package dev.dotori.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.local.servers.Ports;
import dev.dotori.local.servers.ServerProcess;
import dev.dotori.local.servers.ServerStartException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final Console console = new Console(new PrintStream(output, true), false);
  private final Map<String, Integer> ports = new HashMap<>();
  private DataDirectory data;

  @BeforeEach
  void open() {
    data = new DataDirectory(directory);
  }

  @AfterEach
  void stopAll() {
    Platform.stop(data, console);
  }

  @Test
  void startsAllAndStopsItLastStartedFirst() {
    platform(program("members"), program("points"), program("gateway")).start();
    Map<String, RunningProcess> running = data.processes();
    assertThat(running.keySet()).containsExactly("members", "points", "gateway");
    assertThat(running.values()).allMatch(RunningProcess::isAlive);

    output.reset();
    int stopped = Platform.stop(data, console);

    assertThat(stopped).isEqualTo(3);
    assertThat(running.values()).noneMatch(RunningProcess::isAlive);
    assertThat(data.processes()).isEmpty();
    assertThat(output.toString().lines().map(line -> line.strip().split(" ")[0]))
        .containsExactly("gateway", "points", "members");
  }

  @Test
  void startsAgainOnlyWhatDied() {
    platform(program("members"), program("points")).start();
    RunningProcess members = data.processes().get("members");
    RunningProcess points = data.processes().get("points");
    ProcessHandle.of(points.pid()).orElseThrow().destroyForcibly();
    awaitEnd(points);

    Platform second = platform(program("members"), program("points"));
    assertThat(second.dead()).extracting(Part::name).containsExactly("points");
    second.start();

    assertThat(data.processes().get("members")).isEqualTo(members);
    assertThat(data.processes().get("points").pid()).isNotEqualTo(points.pid());
    assertThat(platform(program("members"), program("points")).dead()).isEmpty();
  }

  @Test
  void aTakenPortIsToldBeforeAnythingStarts() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      ports.put("gateway", other.getLocalPort());

      assertThatThrownBy(() -> platform(program("members"), program("gateway")).start())
          .isInstanceOf(CommandException.class)
          .hasMessage(
              "port %d for gateway is taken by another process: choose another by --port",
              other.getLocalPort());
    }
    assertThat(data.processes()).isEmpty();
  }

  @Test
  void aProgramThatDiesAtStartIsToldWithReasonAndLogAndTakesAllBack() {
    Platform platform =
        platform(program("members"), program("points", "FAKE_DIES", "no database to be found"));
    RunningProcess[] members = new RunningProcess[1];

    assertThatThrownBy(
            () -> {
              try {
                platform.start();
              } finally {
                members[0] = data.processes().get("members");
              }
            })
        .isInstanceOf(ServerStartException.class)
        .hasMessage(
            "points ended at start with code 3: ERROR: no database to be found (log: %s)",
            data.log("points"));

    assertThat(members[0]).isNull();
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
        .as("processes that were not taken back")
        .isEmpty();
    assertThat(data.endpoints()).isEmpty();
  }

  @Test
  void whatRanBeforeAFailedStartIsNotTakenBack() {
    platform(program("members")).start();

    assertThatThrownBy(
            () -> platform(program("members"), program("points", "FAKE_DIES", "why")).start())
        .isInstanceOf(ServerStartException.class);

    assertThat(data.processes().keySet()).containsExactly("members");
    assertThat(data.processes().get("members").isAlive()).isTrue();
  }

  @Test
  void aProcessThatGotThePidOfAnotherIsNeverStopped() throws IOException {
    Process stranger = new ProcessBuilder("sleep", "60").start();
    try {
      RunningProcess now = RunningProcess.of(stranger.pid()).orElseThrow();
      RunningProcess former = new RunningProcess(now.pid(), now.identity() + "0", Instant.now());
      data.processes(new LinkedHashMap<>(Map.of("members", former)));

      assertThat(platform(program("members")).dead()).hasSize(1);
      assertThat(Platform.stop(data, console)).isZero();

      assertThat(stranger.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void whatRunsButIsNotReadyIsToldAndLeft() throws IOException {
    platform(program("members")).start();
    RunningProcess members = data.processes().get("members");
    // Nothing listens there: the program runs, and is asked for readiness in vain.
    ports.put("members", Ports.free());
    Part neverReady = impatient(program("members"));

    assertThatThrownBy(() -> platform(neverReady).awaitAllReady())
        .isInstanceOf(CommandException.class)
        .hasMessage("members runs, but does not get ready (log: %s)", data.log("members"));

    assertThat(members.isAlive()).isTrue();
  }

  private static Part impatient(Part part) {
    return new Part() {
      @Override
      public String name() {
        return part.name();
      }

      @Override
      public String url() {
        return part.url();
      }

      @Override
      public Map<String, Integer> ports() {
        return part.ports();
      }

      @Override
      public ServerProcess launch() {
        return part.launch();
      }

      @Override
      public boolean isReady() {
        return part.isReady();
      }

      @Override
      public Duration startLimit() {
        return Duration.ofMillis(200);
      }
    };
  }

  @Test
  void somethingNotBuiltIsTold() {
    ProgramPart members = program("members");
    Path missing = directory.resolve("not/built.jar");
    Part notBuilt =
        new ProgramPart(
            "members",
            members.url(),
            members.ports(),
            members.command(),
            members.environment(),
            members.ready(),
            false,
            members.log(),
            Optional.of(missing));

    assertThatThrownBy(() -> platform(notBuilt).start())
        .isInstanceOf(CommandException.class)
        .hasMessage("members is not built: %s is missing", missing);
  }

  private Platform platform(Part... parts) {
    return new Platform(data, List.of(parts), console);
  }

  private ProgramPart program(String name, String... environment) {
    int port = ports.computeIfAbsent(name, _ -> Ports.free());
    Map<String, String> variables = new HashMap<>(Map.of("FAKE_PORT", String.valueOf(port)));
    for (int i = 0; i < environment.length; i += 2) {
      variables.put(environment[i], environment[i + 1]);
    }
    return new ProgramPart(
        name,
        "http://127.0.0.1:" + port,
        Map.of(name, port),
        () ->
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                FakeProgram.class.getName()),
        variables,
        URI.create("http://127.0.0.1:" + port + "/"),
        false,
        data.log(name),
        Optional.empty());
  }

  private static void awaitEnd(RunningProcess process) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (process.isAlive()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
