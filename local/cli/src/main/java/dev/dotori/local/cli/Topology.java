package dev.dotori.local.cli;

import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.servers.S3Server;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The whole local system: its processes in the order of their start, and what each is told. */
final class Topology {
  /** Started in this order; the gateway last, so that nobody is let in before all is there. */
  static final List<String> SERVICES =
      List.of("members", "points", "posting", "social-share", "media", "gateway");

  /** Those that own a schema. Media owns a bucket, the gateway nothing. */
  static final List<String> WITH_SCHEMA = List.of("members", "points", "posting", "social-share");

  static final List<String> ORDER =
      List.of(
          "mysql",
          "redis",
          "s3",
          "sandbox",
          "members",
          "points",
          "posting",
          "social-share",
          "media",
          "gateway");

  static final String BUCKET = "dotori-media";
  static final String OPERATOR = "operator";

  private static final String HOST = "127.0.0.1";

  /**
   * For seven JVMs beside two servers on a machine with few cores. The serial collector has no
   * threads of its own, and on heaps of this size its pauses are short; compact headers save about
   * a tenth of the heap. Both compilers stay: C1 alone starts no faster and is slower for ever.
   */
  private static final List<String> JVM =
      List.of(
          "-Xms64m",
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:ReservedCodeCacheSize=96m",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Djava.util.logging.manager=org.jboss.logmanager.LogManager");

  private final Path root;
  private final DataDirectory data;
  private final Settings settings;
  private final DatabasePart database;
  private final RedisPart redis;

  Topology(Path root, DataDirectory data, Settings settings) {
    this.root = root;
    this.data = data;
    this.settings = settings;
    this.database = new DatabasePart(data, settings);
    this.redis = new RedisPart(data, settings);
  }

  List<Part> parts() {
    List<Part> parts = new ArrayList<>(List.of(database, redis, s3(), sandbox()));
    SERVICES.forEach(service -> parts.add(service(service)));
    return parts;
  }

  static String schema(String service) {
    return service.replace('-', '_');
  }

  /** Where the application of a service is built. */
  static String module(String part) {
    return part.equals("sandbox") ? "local/sandbox" : "services/" + part;
  }

  Endpoints endpoints(Map<String, RunningProcess> processes) {
    Map<String, Endpoints.Service> services = new LinkedHashMap<>();
    for (String service : SERVICES) {
      services.put(service, new Endpoints.Service(url(service), pid(processes, service)));
    }
    Endpoints.Service gateway = services.remove("gateway");
    return new Endpoints(
        gateway,
        services,
        new Endpoints.MySql(
            database.server().url(""),
            MySqlServer.ADMIN,
            settings.password("mysql.admin"),
            pid(processes, "mysql")),
        new Endpoints.Redis(redis.server().url(), pid(processes, "redis")),
        new Endpoints.S3(url("s3"), accessKey(), secretKey(), BUCKET),
        new Endpoints.Sandbox(url("sandbox")),
        new Endpoints.Operator(OPERATOR, settings.password("operator")));
  }

  private static long pid(Map<String, RunningProcess> processes, String part) {
    return processes.get(part).pid();
  }

  private Part s3() {
    return new ProgramPart(
        "s3",
        url("s3"),
        Map.of("S3", settings.port("s3")),
        () ->
            List.of(
                java(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                S3Server.class.getName()),
        Map.of(
            "DOTORI_S3_DIRECTORY", data.of("s3").toString(),
            "DOTORI_S3_PORT", String.valueOf(settings.port("s3")),
            "DOTORI_S3_ACCESS_KEY", accessKey(),
            "DOTORI_S3_SECRET_KEY", secretKey(),
            "DOTORI_S3_BUCKET", BUCKET),
        URI.create(url("s3")),
        // Without a signature it refuses, and that shows that it is there.
        true,
        data.log("s3"),
        Optional.empty());
  }

  private Part sandbox() {
    Map<String, String> environment = listen("sandbox");
    environment.put("DOTORI_SANDBOX_DATA", data.of("sandbox").toString());
    return application("sandbox", environment);
  }

  private Part service(String name) {
    Map<String, String> environment = listen(name);
    environment.put("DOTORI_ISSUER", url("gateway"));
    environment.put("DOTORI_GATEWAY_URL", url("gateway"));
    environment.put("DOTORI_MEMBERS_URL", url("members"));
    environment.put("DOTORI_POINTS_URL", url("points"));
    environment.put("DOTORI_POSTING_URL", url("posting"));
    environment.put("DOTORI_SOCIAL_SHARE_URL", url("social-share"));
    environment.put("DOTORI_MEDIA_URL", url("media"));
    environment.put("DOTORI_SANDBOX_URL", url("sandbox"));
    environment.put("DOTORI_SERVICE_SECRET", settings.password("service." + name));
    environment.put("QUARKUS_REDIS_HOSTS", redis.server().url(RedisPart.user(settings, name)));
    if (WITH_SCHEMA.contains(name)) {
      environment.put("QUARKUS_DATASOURCE_JDBC_URL", database.server().url(schema(name)));
      environment.put("QUARKUS_DATASOURCE_USERNAME", schema(name));
      environment.put("QUARKUS_DATASOURCE_PASSWORD", settings.password("mysql." + name));
    }
    environment.putAll(
        switch (name) {
          case "members" -> members();
          case "social-share" -> socialShare();
          case "media" -> media();
          default -> Map.of();
        });
    return application(name, environment);
  }

  private Map<String, String> members() {
    Map<String, String> environment = new HashMap<>();
    environment.put("DOTORI_MEMBERS_OPERATOR_CLIENT_ID", OPERATOR);
    environment.put("DOTORI_MEMBERS_OPERATOR_CLIENT_SECRET", settings.password("operator"));
    environment.put(
        "DOTORI_MEMBERS_KEY_ENCRYPTION_KEY", settings.key("members.key-encryption-key"));
    for (String service : SERVICES) {
      if (!service.equals("members")) {
        environment.put(
            "DOTORI_MEMBERS_SERVICE_SECRETS_" + service.toUpperCase().replace('-', '_'),
            settings.password("service." + service));
      }
    }
    return environment;
  }

  private Map<String, String> socialShare() {
    Map<String, String> environment = new HashMap<>();
    environment.put(
        "DOTORI_SOCIAL_SHARE_TOKEN_ENCRYPTION_KEY",
        settings.key("social-share.token-encryption-key"));
    environment.put(
        "DOTORI_SOCIAL_SHARE_RETURN_TO_ALLOWED", url("gateway") + "/," + url("sandbox") + "/");
    for (String network : List.of("FACEBOOK", "X")) {
      String prefix = "DOTORI_SOCIAL_SHARE_" + network + "_";
      // The app that the sandbox knows: docs/sandbox.md.
      String app = "sandbox-" + network.toLowerCase() + "-";
      environment.put(prefix + "CLIENT_ID", app + "app");
      environment.put(prefix + "CLIENT_SECRET", app + "secret");
      environment.put(prefix + "API_BASE_URL", url("sandbox"));
      environment.put(prefix + "DIALOG_BASE_URL", url("sandbox"));
    }
    return environment;
  }

  private Map<String, String> media() {
    return Map.of(
        "DOTORI_MEDIA_BUCKET",
        BUCKET,
        "QUARKUS_S3_ENDPOINT_OVERRIDE",
        url("s3"),
        "QUARKUS_S3_AWS_REGION",
        S3Server.REGION,
        "QUARKUS_S3_AWS_CREDENTIALS_TYPE",
        "static",
        "QUARKUS_S3_AWS_CREDENTIALS_STATIC_PROVIDER_ACCESS_KEY_ID",
        accessKey(),
        "QUARKUS_S3_AWS_CREDENTIALS_STATIC_PROVIDER_SECRET_ACCESS_KEY",
        secretKey());
  }

  private Map<String, String> listen(String name) {
    Map<String, String> environment = new HashMap<>();
    environment.put("QUARKUS_HTTP_HOST", HOST);
    environment.put("QUARKUS_HTTP_PORT", String.valueOf(port(name)));
    environment.put("QUARKUS_MANAGEMENT_HOST", HOST);
    environment.put("QUARKUS_MANAGEMENT_PORT", String.valueOf(managementPort(name)));
    return environment;
  }

  private Part application(String name, Map<String, String> environment) {
    Path built = root.resolve(module(name)).resolve("target/quarkus-app");
    Path run = data.of("run").resolve(name);
    return new ProgramPart(
        name,
        url(name),
        Map.of(
            "the " + name + " service", port(name), name + "'s management", managementPort(name)),
        () -> {
          List<String> command = new ArrayList<>();
          command.add(java());
          command.addAll(JVM);
          command.add("-Xmx" + heapMegabytes(name) + "m");
          command.add("-jar");
          command.add(ProgramPart.copyToRun(built, run).resolve("quarkus-run.jar").toString());
          return command;
        },
        environment,
        URI.create("http://" + HOST + ":" + managementPort(name) + "/q/health/ready"),
        false,
        data.log(name),
        Optional.of(built.resolve("quarkus-run.jar")));
  }

  /** Pictures are decoded whole, and media gives them half of its heap: 12 megapixels of WebP. */
  private static int heapMegabytes(String service) {
    return service.equals("media") ? 1024 : 256;
  }

  private String url(String part) {
    return "http://" + HOST + ":" + port(part);
  }

  private int port(String part) {
    return part.equals("gateway") ? settings.gatewayPort() : settings.port(part);
  }

  private int managementPort(String part) {
    return settings.port(part + ".management");
  }

  private String accessKey() {
    return settings.password("s3.access-key");
  }

  private String secretKey() {
    return settings.password("s3.secret-key");
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
