package dev.dotori.local.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A Redis on 127.0.0.1 that keeps its data in an append-only file, flushed every second: a given
 * program, else {@code DOTORI_REDIS_SERVER}, else {@code redis-server} or {@code valkey-server} on
 * the PATH, else the embedded Redis 6.2. The word {@code embedded} in place of a program leaves out
 * the search.
 */
public final class RedisServer extends NativeServer {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

  private final Path program;
  private final String adminPassword;
  private final List<User> users;
  private final Map<String, String> settings = new LinkedHashMap<>();

  private RedisServer(Path program, Place place, String adminPassword, List<User> users) {
    super("Redis", START_LIMIT, STOP_LIMIT, place);
    this.program = program;
    this.adminPassword = adminPassword;
    this.users = List.copyOf(users);
  }

  /** An empty server for this JVM alone; {@link #close} removes its data. Not yet started. */
  public static RedisServer temporary(User... users) {
    return temporary(Secrets.password(), users);
  }

  /** One of several that share the administrator's password, as a cluster's do. */
  static RedisServer temporary(String adminPassword, User... users) {
    return new RedisServer(
        choose(Optional.empty()), Place.temporary("redis"), adminPassword, List.of(users));
  }

  /**
   * A server whose data stays. Not yet started.
   *
   * @param program a redis-server or valkey-server; none leaves the choice to the environment
   * @param users those beside the administrator
   */
  public static RedisServer lasting(
      Path directory,
      Path log,
      int port,
      String adminPassword,
      List<User> users,
      Optional<String> program,
      Lifetime lifetime) {
    return new RedisServer(
        choose(program), Place.lasting(directory, log, port, lifetime), adminPassword, users);
  }

  /** Adds a line to the configuration, for the next start. */
  public RedisServer with(String setting, String value) {
    settings.put(setting, value);
    return this;
  }

  static Path choose(Optional<String> given) {
    Optional<String> named =
        given
            .or(() -> Optional.ofNullable(System.getenv("DOTORI_REDIS_SERVER")))
            .filter(text -> !text.isBlank());
    if (named.isPresent() && !named.get().equals("embedded")) {
      Path program = Path.of(named.get()).toAbsolutePath();
      if (!Files.isExecutable(program)) {
        throw new ServerStartException(program + " is not a Redis that can be run");
      }
      return program;
    }
    if (named.isPresent()) {
      return embedded();
    }
    return Executables.onPath("redis-server")
        .or(() -> Executables.onPath("valkey-server"))
        .orElseGet(RedisServer::embedded);
  }

  private static Path embedded() {
    String file;
    if (Executables.isLinux("amd64")) {
      file = "redis-server-6.2.6-v5-linux-amd64";
    } else if (Executables.isLinux("aarch64")) {
      file = "redis-server-6.2.7-linux-arm64";
    } else {
      throw new ServerStartException(
          "the embedded Redis is for Linux: give a Redis 6.2 or newer by --redis or"
              + " DOTORI_REDIS_SERVER");
    }
    return Executables.unpacked(file, "/", List.of(file), file).resolve(file);
  }

  @Override
  public RedisServer start() {
    super.start();
    return this;
  }

  @Override
  List<String> prepare() throws IOException {
    Path acl = directory().resolve("users.acl");
    Path configuration = directory().resolve("redis.conf");
    Directories.writePrivate(acl, acl());
    Directories.writePrivate(configuration, configuration(acl));
    return List.of(program.toString(), configuration.toString());
  }

  private String configuration(Path acl) {
    return """
    bind 127.0.0.1
    port %d
    dir "%s"
    aclfile "%s"
    appendonly yes
    appendfsync everysec
    save ""
    maxmemory-policy noeviction
    daemonize no
    """
            .formatted(port(), directory(), acl)
        + settings.entrySet().stream()
            .map(setting -> setting.getKey() + " " + setting.getValue() + "\n")
            .collect(Collectors.joining());
  }

  private String acl() {
    return users.stream()
        .map(user -> "user %s on >%s %s\n".formatted(user.name(), user.password(), user.rules()))
        .collect(
            Collectors.joining(
                "", "user default on >%s ~* &* +@all\n".formatted(adminPassword), ""));
  }

  /** Whether it takes commands; while it loads its data it answers LOADING. */
  @Override
  public boolean isReady() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port()), 1_000);
      socket.setSoTimeout(1_000);
      OutputStream out = socket.getOutputStream();
      out.write(("AUTH " + adminPassword + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
      String expected = "+OK\r\n+PONG\r\n";
      byte[] answer = socket.getInputStream().readNBytes(expected.length());
      return new String(answer, StandardCharsets.US_ASCII).equals(expected);
    } catch (IOException e) {
      return false;
    }
  }

  /** URL for the administrator, password included. */
  public String url() {
    return "redis://:" + adminPassword + "@127.0.0.1:" + port();
  }

  /** URL for one of the users, password included. */
  public String url(User user) {
    return "redis://" + user.name() + ":" + user.password() + "@127.0.0.1:" + port();
  }

  /** Stops it as if its machine hung (SIGSTOP): connections stay, and nothing answers. */
  public void pause() {
    signal("STOP");
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() {
    signal("CONT");
  }

  /** Sends one command as the administrator, on a connection of its own. */
  public Object call(Object... command) {
    try (RespConnection connection = RespConnection.to(url())) {
      return connection.call(command);
    }
  }

  /** Kills it if it runs, and starts it on the same port with nothing in it. */
  public void restartEmpty() {
    kill();
    try {
      Files.deleteIfExists(directory().resolve("appendonly.aof"));
      Files.deleteIfExists(directory().resolve("dump.rdb"));
      Directories.delete(directory().resolve("appendonlydir"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    startOnce();
  }

  /** What it is started with. */
  public Path program() {
    return program;
  }

  String adminPassword() {
    return adminPassword;
  }

  /**
   * A user of the access control list.
   *
   * @param rules which keys, channels and commands, in the syntax of {@code ACL SETUSER}, for
   *     example {@code ~dotori:* +@stream}
   */
  public record User(String name, String password, String rules) {
    @Override
    public String toString() {
      return name + " " + rules;
    }
  }
}
