package dev.dotori.local.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the tests. */
@Command(
    name = "verify",
    description = {
      "Builds everything and runs every test on the embedded servers.",
      "With --mysql-home or --redis only the suites that use that server, on it.",
    },
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  /** The modules whose tests talk to the database. */
  private static final List<String> ON_MYSQL =
      List.of(
          "local/servers",
          "shared-events/leadership",
          "shared-events/api-conventions",
          "shared-events/outbox",
          "services/members",
          "services/points",
          "services/posting",
          "services/social-share");

  /** The modules whose tests depend on what kind of Redis it is. */
  private static final List<String> ON_REDIS =
      List.of(
          "local/servers",
          "shared-events/redis-streams/runtime",
          "shared-events/redis-streams/deployment",
          "shared-events/redis-streams/test-companion",
          "shared-events/outbox",
          "services/gateway");

  /** All that tests start carries it, so that what outlives them is found. */
  private static final String MARK = "DOTORI_VERIFY";

  @Option(
      names = "--mysql-home",
      paramLabel = "DIR",
      description = "Run the database suites on this MySQL.")
  private Path mysqlHome;

  @Option(
      names = "--redis",
      paramLabel = "FILE",
      description = "Run the connector suites on this redis-server or valkey-server.")
  private Path redis;

  @Parameters(
      paramLabel = "MAVEN-ARGUMENT",
      description = "Passed on, for example: -pl services/points -am")
  private List<String> mavenArguments = new ArrayList<>();

  @Override
  public Integer call() {
    Console console = Console.standard();
    Instant begin = Instant.now();
    String mark = UUID.randomUUID().toString();
    Map<String, String> environment = new HashMap<>(Map.of(MARK, mark));
    environment.put("DOTORI_MYSQL_HOME", mysqlHome == null ? "embedded" : existing(mysqlHome));
    environment.put("DOTORI_REDIS_SERVER", redis == null ? "embedded" : existing(redis));
    List<String> arguments = new ArrayList<>(List.of("verify", "--fail-at-end"));
    if (mysqlHome != null || redis != null) {
      // What is packaged is the same on every server, and so is tried once.
      arguments.addAll(List.of("-pl", String.join(",", suites()), "-am", "-DskipITs"));
    }
    arguments.addAll(mavenArguments);
    Path log = log();
    TestProgress progress = new TestProgress(console);
    int code = new Maven(Location.root()).run(arguments, environment, log, progress::accept);
    progress.finish();
    List<Long> leftOver = endLeftOver(mark);
    console.line("");
    if (!leftOver.isEmpty()) {
      console.line("Tests left processes running, which were ended now: " + leftOver);
    }
    if (code != 0) {
      progress.errors().forEach(error -> console.line("  " + error));
      console.line("Not verified; the whole output is in " + log);
    }
    console.line("Took " + Console.spoken(Duration.between(begin, Instant.now())) + ".");
    console.line(progress.sum());
    return code == 0 && leftOver.isEmpty() && progress.passed() > 0 ? 0 : 1;
  }

  private static String existing(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    if (!Files.exists(absolute)) {
      throw new CommandException(absolute + " does not exist");
    }
    return absolute.toString();
  }

  private Set<String> suites() {
    Set<String> suites = new LinkedHashSet<>();
    if (mysqlHome != null) {
      suites.addAll(ON_MYSQL);
    }
    if (redis != null) {
      suites.addAll(ON_REDIS);
    }
    return suites;
  }

  private static Path log() {
    try {
      Path folder = Files.createDirectories(Location.root().resolve("target"));
      return folder.resolve("verify.log");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends what this run's tests have started and not ended; it should be nothing. */
  private static List<Long> endLeftOver(String mark) {
    List<ProcessHandle> left =
        ProcessHandle.allProcesses()
            .filter(process -> process.pid() != ProcessHandle.current().pid())
            .filter(process -> hasMark(process, mark))
            .toList();
    left.forEach(ProcessHandle::destroyForcibly);
    return left.stream().map(ProcessHandle::pid).toList();
  }

  private static boolean hasMark(ProcessHandle process, String mark) {
    try {
      return Files.readString(
              Path.of("/proc/" + process.pid() + "/environ"), StandardCharsets.ISO_8859_1)
          .contains(MARK + "=" + mark);
    } catch (IOException e) {
      return false;
    }
  }
}
