package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings that a program has, as environment variables: those of its own out of its sources,
 * those of Quarkus out of the lists that each extension carries. What is fixed when it is built is
 * none: a container's environment comes too late.
 */
final class Settings {
  /** A setting of an extension. */
  private record Setting(String extension, boolean atRunTime) {}

  private static final Map<Pattern, Setting> QUARKUS = quarkus();

  private static final Pattern TOKEN =
      Pattern.compile(
          "@WithName\\(\"(?<name>[^\"]+)\"\\)|@WithParentName(?<parent>)|interface (?<type>\\w+)|(?<open>\\{)|(?<close>})"
              + "|(?<returns>[A-Z]\\w*(<[^;(]*>)?|boolean|int|long|double) (?<method>\\w+)\\(\\);");

  private final Set<Pattern> own = new HashSet<>();
  private final String dependencies;

  /** Of a program in a folder, with the shared modules that it has. */
  Settings(Path folder, Set<String> modules) {
    List<Path> folders = new ArrayList<>(List.of(folder));
    modules.forEach(module -> folders.add(Chart.ROOT.resolve("shared-events").resolve(module)));
    StringBuilder poms = new StringBuilder();
    for (Path sources : folders) {
      poms.append(Texts.read(sources.resolve("pom.xml")));
      Texts.below(sources.resolve("src/main/java"), ".java").forEach(this::java);
      Path resources = sources.resolve("src/main/resources");
      if (Files.isDirectory(resources)) {
        Texts.below(resources, ".properties").forEach(this::properties);
      }
    }
    dependencies = poms.toString();
    connector();
  }

  /** Why a program would not hear of a variable, or null. */
  String refusal(String variable) {
    if (own.stream().anyMatch(pattern -> pattern.matcher(variable).matches())) {
      return null;
    }
    for (Map.Entry<Pattern, Setting> setting : QUARKUS.entrySet()) {
      if (setting.getKey().matcher(variable).matches()) {
        String extension = setting.getValue().extension();
        if (!setting.getValue().atRunTime()) {
          return variable + " is fixed when the image is built";
        }
        return has(extension) ? null : variable + " is of " + extension + ", which it hasn't";
      }
    }
    return variable + " is no setting";
  }

  private boolean has(String extension) {
    return switch (extension) {
      // Comes with every one that serves HTTP, or with every database.
      case "quarkus-core", "quarkus-vertx-http", "quarkus-tls-registry" -> true;
      case "quarkus-datasource", "quarkus-agroal" -> dependencies.contains("quarkus-jdbc-");
      case "quarkus-redis-client" ->
          dependencies.contains(extension) || dependencies.contains("redis-streams");
      default -> dependencies.contains("<artifactId>" + extension);
    };
  }

  private void add(String property) {
    own.add(variable(property));
  }

  /** By the rules of MicroProfile Config; what stands for any key is `*`. */
  private static Pattern variable(String property) {
    String name = property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9*]", "_");
    return Pattern.compile(name.replace("*", "[A-Z0-9_]+"));
  }

  private void properties(String text) {
    Texts.find("^(?:%[a-z,]+\\.)?(dotori\\.[^=]+?) *=", text).forEach(this::add);
    // A name with dashes can't be told from its variable, so a channel's settings are those that a
    // file names.
    Texts.find("^(mp\\.messaging\\.incoming\\.[^=]+?) *=", text).forEach(this::add);
    placeholders(text);
  }

  private void placeholders(String text) {
    Texts.find("\\$\\{(dotori\\.[a-z.-]+)[:}]", text).forEach(this::add);
    Texts.find("\\$\\{(DOTORI_[A-Z_]+)[:}]", text).forEach(name -> own.add(Pattern.compile(name)));
  }

  private void java(String source) {
    placeholders(source);
    Texts.find("@ConfigProperty\\(\\s*name = \"(dotori\\.[^\"]+)\"", source).forEach(this::add);
    Texts.find("System.getenv\\(\"(DOTORI_[A-Z_]+)\"", source)
        .forEach(name -> own.add(Pattern.compile(name)));
    Texts.find("@ConfigMapping\\(prefix = \"([^\"]+)\"", source)
        .forEach(prefix -> mapping(prefix, source));
  }

  private record Member(String name, String type, boolean parent) {}

  /** An interface of settings, with those that are nested in it. */
  private void mapping(String prefix, String source) {
    String code = source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)^\\s*//.*$", "");
    Map<String, List<Member>> types = new LinkedHashMap<>();
    Deque<String> within = new ArrayDeque<>();
    Matcher token = TOKEN.matcher(code);
    String next = "";
    String named = null;
    boolean parent = false;
    while (token.find()) {
      if (token.group("name") != null) {
        named = token.group("name");
      } else if (token.group("parent") != null) {
        parent = true;
      } else if (token.group("type") != null) {
        next = token.group("type");
        types.put(next, new ArrayList<>());
      } else if (token.group("open") != null) {
        within.push(next);
        next = "";
      } else if (token.group("close") != null) {
        within.pop();
      } else if (!within.isEmpty() && types.containsKey(within.peek())) {
        String name = named != null ? named : kebab(token.group("method"));
        types.get(within.peek()).add(new Member(name, token.group("returns"), parent));
        named = null;
        parent = false;
      }
    }
    members(prefix, types.keySet().iterator().next(), types);
  }

  private void members(String prefix, String type, Map<String, List<Member>> types) {
    for (Member member : types.get(type)) {
      String path = member.parent() ? prefix : prefix + "." + member.name();
      String held = member.type();
      if (held.contains("Map<")) {
        path += ".*";
        if (held.indexOf("Map<") != held.lastIndexOf("Map<")) {
          path += ".*";
        }
      }
      held = held.replaceAll(".*[<, ]([A-Za-z]+)>*$", "$1");
      if (types.containsKey(held)) {
        members(path, held, types);
      } else {
        add(path);
      }
    }
  }

  private static String kebab(String method) {
    return method.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** Attributes of channels, said for all of them or for one. */
  private void connector() {
    Path connector =
        Chart.ROOT.resolve(
            "shared-events/redis-streams/runtime/src/main/java/dev/dotori/redisstreams/RedisStreamsConnector.java");
    for (String attribute : Texts.find("^    name = \"([a-z.-]+)\"", Texts.read(connector))) {
      add("mp.messaging.connector.smallrye-redis-streams." + attribute);
    }
  }

  private static Map<Pattern, Setting> quarkus() {
    Map<Pattern, Setting> settings = new HashMap<>();
    try {
      List<URL> lists =
          Collections.list(
              Settings.class
                  .getClassLoader()
                  .getResources("META-INF/quarkus-config-doc/quarkus-config-model.json"));
      for (URL list : lists) {
        try (InputStream stream = list.openStream()) {
          for (JsonNode root : new ObjectMapper().readTree(stream).path("configRoots")) {
            items(root.path("items"), root.at("/extension/artifactId").asText(), settings);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return settings;
  }

  private static void items(JsonNode items, String extension, Map<Pattern, Setting> settings) {
    for (JsonNode item : items) {
      if (item.has("phase") && item.has("path") && !item.has("items")) {
        Setting setting = new Setting(extension, item.path("phase").asText().equals("RUN_TIME"));
        List<JsonNode> paths = new ArrayList<>(List.of(item.path("path")));
        item.path("additionalPaths").forEach(paths::add);
        for (JsonNode path : paths) {
          String property = path.path("property").asText();
          settings.put(variable(property.replaceAll("\"[^\"]+\"", "*")), setting);
        }
      }
      items(item.path("items"), extension, settings);
    }
  }
}
