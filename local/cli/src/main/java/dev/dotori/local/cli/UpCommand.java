package dev.dotori.local.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Builds what is not built, starts what does not run, and waits until all is ready. */
@Command(
    name = "up",
    description = "Builds and starts everything; run again, it starts only what has died.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  @Mixin private Location location;

  @Option(names = "--fresh", description = "Remove all data first, and start empty.")
  private boolean fresh;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The gateway's port (default: 8080, or what it was last time).")
  private Integer port;

  @Option(
      names = "--mysql-home",
      paramLabel = "DIR",
      description =
          "A MySQL with mysqld or bin/mysqld in it; 'embedded' for the built-in MariaDB. Default:"
              + " DOTORI_MYSQL_HOME, else mysqld on the PATH, else embedded.")
  private String mysqlHome;

  @Option(
      names = "--redis",
      paramLabel = "FILE",
      description =
          "A redis-server or valkey-server; 'embedded' for the built-in Redis. Default:"
              + " DOTORI_REDIS_SERVER, else one on the PATH, else embedded.")
  private String redis;

  @Override
  public Integer call() {
    Console console = Console.standard();
    DataDirectory data = location.data();
    Instant begin = Instant.now();
    try (DataDirectory.Lock _ = data.lock()) {
      if (fresh) {
        Platform.stop(data, console);
        data.clear();
      }
      up(data, console, begin);
    }
    return 0;
  }

  private void up(DataDirectory data, Console console, Instant begin) {
    Settings settings = data.settings();
    boolean somethingRuns = data.processes().values().stream().anyMatch(RunningProcess::isAlive);
    if (somethingRuns) {
      refuseChanges(settings);
    } else {
      settings.replaceTakenPorts();
      choose(settings);
    }
    Topology topology = new Topology(Location.root(), data, settings);
    List<Part> parts = topology.parts();
    // Asking for the endpoints decides the last of the secrets, before anything depends on them.
    data.settings(settings);
    Platform platform = new Platform(data, parts, console);
    List<String> dead = platform.dead().stream().map(Part::name).toList();
    if (!dead.isEmpty()) {
      // Before a build that takes minutes.
      Platform.checkPorts(platform.dead());
      build(data, console, dead, somethingRuns);
    }
    platform.start();
    Endpoints endpoints = topology.endpoints(platform.processes());
    data.settings(settings);
    data.endpoints(endpoints);
    platform.awaitAllReady();
    console.line(
        dead.isEmpty()
            ? "Dotori runs already."
            : "Dotori is up after " + Console.spoken(Duration.between(begin, Instant.now())) + ".");
    tellWhereThingsAre(console, data, endpoints);
  }

  private void refuseChanges(Settings settings) {
    boolean changed =
        (port != null && port != settings.gatewayPort())
            || (mysqlHome != null && !mysqlHome.equals(settings.mysqlHome().orElse(null)))
            || (redis != null && !redis.equals(settings.redisProgram().orElse(null)));
    if (changed) {
      throw new CommandException(
          "Dotori runs already with other options (gateway on port %d): ./dotori down first"
              .formatted(settings.gatewayPort()));
    }
  }

  private void choose(Settings settings) {
    if (port != null) {
      if (port < 1 || port > 65_535) {
        throw new CommandException("--port must be between 1 and 65535");
      }
      settings.gatewayPort(port);
    }
    if (mysqlHome != null) {
      settings.mysqlHome(absoluteUnlessEmbedded(mysqlHome));
    }
    if (redis != null) {
      settings.redisProgram(absoluteUnlessEmbedded(redis));
    }
  }

  private static String absoluteUnlessEmbedded(String path) {
    return path.equals("embedded") ? path : Path.of(path).toAbsolutePath().normalize().toString();
  }

  /** While parts run, nothing is built but what is missing: they keep to one version. */
  private void build(
      DataDirectory data, Console console, List<String> dead, boolean somethingRuns) {
    List<String> modules =
        dead.stream()
            .filter(part -> part.equals("sandbox") || Topology.SERVICES.contains(part))
            .map(Topology::module)
            .toList();
    Build build = new Build(Location.root(), console);
    List<String> outdated = build.outdated(modules);
    if (!outdated.isEmpty() && !somethingRuns) {
      console.line("Building " + outdated.size() + " of " + modules.size() + " applications.");
      build.build(outdated, data.newLog("build"));
    }
  }

  private static void tellWhereThingsAre(Console console, DataDirectory data, Endpoints endpoints) {
    String networks = endpoints.sandbox().url() + "/facebook, /x, /mail";
    console.line("  social networks  " + networks);
    console.line("  all addresses    " + data.of("endpoints.json"));
    console.line("Gateway: " + endpoints.gateway().url());
  }
}
