package dev.dotori.chart;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What the sources of a service say that it does: what it consumes, whom it asks, what it connects
 * to. Read from its configuration and its dependencies, so that the chart can be held to it.
 *
 * @param channels what it consumes: channel to the stream's key
 * @param group as which group, or empty
 * @param calls services that it asks
 * @param uses mysql, redis, s3, smtp, networks
 */
record Code(
    String service,
    Map<String, String> channels,
    String group,
    Set<String> calls,
    Set<String> uses,
    boolean leads,
    boolean proves) {
  private static final Map<String, Code> CODE = new ConcurrentHashMap<>();

  static Code of(String service) {
    return CODE.computeIfAbsent(service, Code::read);
  }

  static Set<String> services() {
    try (var folders = Files.list(Chart.ROOT.resolve("services"))) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("pom.xml")))
          .map(folder -> folder.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Code read(String service) {
    Path folder = Chart.ROOT.resolve("services").resolve(service);
    Properties own = properties(folder.resolve("src/main/resources/application.properties"));
    Set<String> modules = modules(folder);
    Properties all = new Properties();
    modules.forEach(module ->
        all.putAll(
            properties(
                Chart.ROOT
                    .resolve("shared-events")
                    .resolve(module)
                    .resolve("src/main/resources/META-INF/microprofile-config.properties"))));
    all.putAll(own);

    Map<String, String> channels = new TreeMap<>();
    Set<String> groups = new TreeSet<>();
    for (String name : own.stringPropertyNames()) {
      if (name.matches("mp\\.messaging\\.incoming\\.[^.]+\\.connector")) {
        String prefix = name.substring(0, name.length() - "connector".length());
        channels.put(name.split("\\.")[3], own.getProperty(prefix + "stream"));
        groups.add(own.getProperty(prefix + "group", own.getProperty("quarkus.application.name")));
      }
    }
    if (groups.size() > 1) {
      throw new IllegalStateException(service + " consumes as several groups: " + groups);
    }
    return new Code(
        service,
        channels,
        groups.isEmpty() ? "" : groups.iterator().next(),
        calls(service, all),
        uses(folder, modules, all),
        modules.contains("leadership"),
        all.getProperty("quarkus.oidc-client.credentials.secret", "")
            .contains("dotori.service-secret"));
  }

  /** By the addresses that its clients and its check of tokens have. */
  private static Set<String> calls(String service, Properties all) {
    Set<String> calls = new TreeSet<>();
    for (String name : all.stringPropertyNames()) {
      String value = all.getProperty(name);
      Texts.find("\\$\\{dotori\\.([a-z-]+)-url}", value).forEach(calls::add);
      Texts.find("\\$\\{DOTORI_([A-Z_]+)_URL[:}]", value)
          .forEach(found -> calls.add(found.toLowerCase(java.util.Locale.ROOT).replace('_', '-')));
    }
    // members signs the tokens, and checks them by keys of its own.
    calls.remove(service);
    return calls;
  }

  private static Set<String> uses(Path folder, Set<String> modules, Properties all) {
    Set<String> uses = new TreeSet<>();
    String pom = Texts.read(folder.resolve("pom.xml"));
    if (all.getProperty("quarkus.datasource.db-kind", "").equals("mysql")) {
      uses.add("mysql");
    }
    if (modules.contains("outbox")
        || pom.contains("quarkus-redis-client")
        || pom.contains("redis-streams")) {
      uses.add("redis");
    }
    if (pom.contains("quarkus-amazon-s3")) {
      uses.add("s3");
    }
    if (pom.contains("quarkus-mailer")) {
      uses.add("smtp");
    }
    if (Texts.below(folder.resolve("src/main/java"), ".java").stream()
        .anyMatch(text -> text.contains("@WithDefault(\"https://"))) {
      uses.add("networks");
    }
    return uses;
  }

  static Set<String> modules(String service) {
    return modules(Chart.ROOT.resolve("services").resolve(service));
  }

  /** Modules of shared-events that it has, by way of others too. */
  private static Set<String> modules(Path folder) {
    Set<String> modules = new TreeSet<>();
    for (String artifact :
        Texts.find("<artifactId>dotori-([a-z-]+)</artifactId>", mainDependencies(folder))) {
      Path module = Chart.ROOT.resolve("shared-events").resolve(artifact);
      if (Files.exists(module.resolve("pom.xml")) && !module.equals(folder)) {
        modules.add(artifact);
        modules.addAll(modules(module));
      }
    }
    return modules;
  }

  private static String mainDependencies(Path folder) {
    return Texts.read(folder.resolve("pom.xml"))
        .lines()
        .collect(Collectors.joining("\n"))
        .replaceAll(
            "(?s)<dependency>((?!</dependency>).)*(<scope>test</scope>|<optional>true</optional>)"
                + "\\s*</dependency>",
            "")
        .replaceFirst("(?s)^.*?</parent>\\s*<artifactId>[^<]*</artifactId>", "");
  }

  private static Properties properties(Path file) {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try {
        properties.load(new StringReader(Texts.read(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return properties;
  }
}
