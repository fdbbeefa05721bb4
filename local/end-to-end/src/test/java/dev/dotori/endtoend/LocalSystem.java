package dev.dotori.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The whole system as a person starts it: {@code ./dotori up} in a folder of its own and on a free
 * port. One for all tests; they live in it side by side, as customers do.
 */
public final class LocalSystem implements AutoCloseable {

  private static final Duration UP_LIMIT = Duration.ofMinutes(15);
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root = Path.of(System.getProperty("dotori.root")).toAbsolutePath();
  private final Path data;
  private final int port;
  private final boolean isOurs;

  private LocalSystem(Path data, int port, boolean isOurs) {
    this.data = data;
    this.port = port;
    this.isOurs = isOurs;
  }

  private static LocalSystem create() {
    try {
      String running = System.getProperty("dotori.end-to-end.data");
      if (running != null) {
        Path data = Path.of(running).toAbsolutePath();
        JsonNode endpoints = JSON.readTree(data.resolve("endpoints.json").toFile());
        return new LocalSystem(
            data, URI.create(endpoints.at("/gateway/url").asText()).getPort(), false);
      }
      return new LocalSystem(Files.createTempDirectory("dotori-end-to-end"), freePort(), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives tests the system; the first that asks starts it, and after the last it is stopped. */
  public static final class Extension implements BeforeAllCallback, ParameterResolver {

    @Override
    public void beforeAll(ExtensionContext context) {
      system(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == LocalSystem.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return system(context);
    }

    private static LocalSystem system(ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .computeIfAbsent(LocalSystem.class, _ -> started(), LocalSystem.class);
    }

    private static LocalSystem started() {
      LocalSystem system = create();
      try {
        system.up();
      } catch (RuntimeException | Error e) {
        system.close();
        throw e;
      }
      return system;
    }
  }

  /**
   * A seed for a replay that this system has not seen: always this one, in a system of the tests'
   * own.
   */
  public String seed(int own) {
    return String.valueOf(
        isOurs ? own : own + 1_000L * ThreadLocalRandom.current().nextInt(1, 1_000_000));
  }

  /** Starts what doesn't run. */
  public void up() {
    run(UP_LIMIT, "up", "--data", data.toString(), "--port", String.valueOf(port)).succeeds();
  }

  public URI gateway() {
    return URI.create(endpoints().at("/gateway/url").asText());
  }

  public URI sandbox() {
    return URI.create(endpoints().at("/sandbox/url").asText());
  }

  /** The operator, signed in. */
  public Client operator() {
    JsonNode operator = endpoints().get("operator");
    return Client.of(gateway())
        .signedInAs(operator.get("clientId").asText(), operator.get("clientSecret").asText());
  }

  /** As {@code kill -9} does: without a word of farewell. */
  public void kill(String... parts) {
    JsonNode endpoints = endpoints();
    List<ProcessHandle> victims =
        Arrays.stream(parts).map(part -> process(endpoints, part)).toList();
    victims.forEach(ProcessHandle::destroyForcibly);
    victims.forEach(victim -> victim.onExit().orTimeout(10, TimeUnit.SECONDS).join());
  }

  private static ProcessHandle process(JsonNode endpoints, String part) {
    JsonNode service = endpoints.path("services").path(part).path("pid");
    JsonNode pid = service.isMissingNode() ? endpoints.path(part).path("pid") : service;
    assertThat(pid.isIntegralNumber()).as("endpoints.json has a pid of " + part).isTrue();
    return ProcessHandle.of(pid.asLong()).orElseThrow();
  }

  /** {@code ./dotori replay} as a process of its own. */
  public Command startReplay(String... arguments) {
    List<String> all = new ArrayList<>(List.of("replay", "--data", data.toString()));
    all.addAll(List.of(arguments));
    return start(all.toArray(String[]::new));
  }

  /** How many purchases all replays so far have had accepted. */
  public long replayedPurchases() {
    Path replays = data.resolve("replay");
    if (!Files.exists(replays)) {
      return 0;
    }
    try (Stream<Path> journals = Files.list(replays)) {
      return journals
          .map(journal -> journal.resolve("purchases"))
          .filter(Files::exists)
          .mapToLong(LocalSystem::lines)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a part has logged since it was last started. */
  public String log(String part) {
    try {
      return Files.readString(data.resolve("logs").resolve(part + ".log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode endpoints() {
    try {
      return JSON.readTree(data.resolve("endpoints.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Command.Result run(Duration limit, String... arguments) {
    return start(arguments).awaitExit(limit);
  }

  private Command start(String... arguments) {
    List<String> command = new ArrayList<>(List.of(root.resolve("dotori").toString()));
    command.addAll(List.of(arguments));
    return Command.start(root, command);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    if (!isOurs) {
      return;
    }
    run(COMMAND_LIMIT, "down", "--data", data.toString()).succeeds();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
