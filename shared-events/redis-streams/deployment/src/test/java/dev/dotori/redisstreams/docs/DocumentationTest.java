package dev.dotori.redisstreams.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the documentation shows exists: each block of Java or properties is, word for word, a file
 * or a marked region of one in this package, in {@code src/test/resources/docs} or among the test
 * companion's tests, as the comment above the block says ({@code <!-- example: File.java#region
 * -->}); attributes are declared, and links lead somewhere.
 */
class DocumentationTest {

  private static final Path MODULE = Path.of("..").toAbsolutePath().normalize();
  private static final Path CONFIGURATIONS = Path.of("src/test/resources/docs");
  private static final List<Path> SOURCES =
      List.of(
          Path.of("src/test/java/dev/dotori/redisstreams/docs"),
          MODULE.resolve("test-companion/src/test/java/dev/dotori/redisstreams/companion"),
          CONFIGURATIONS);

  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- example: (?<file>[^# ]+)(#(?<region>\\S+))? -->");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)(?<to>[^)\\s]*)\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (?<title>.*)$", Pattern.MULTILINE);
  private static final Pattern CHANNEL_KEY =
      Pattern.compile("mp\\.messaging\\.(?<direction>incoming|outgoing)\\.[^.]+\\.(?<name>.+)");

  /** SmallRye's own, for every connector. */
  private static final Set<String> OF_ALL_CONNECTORS =
      Set.of("connector", "concurrency", "pausable", "broadcast", "enabled");

  @Test
  void everyBlockIsPartOfAFileThatIsCompiled() throws IOException {
    for (Path page : pages()) {
      List<String> lines = Files.readAllLines(page);
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).equals("```java") && !lines.get(i).equals("```properties")) {
          continue;
        }
        String where = MODULE.relativize(page) + ":" + (i + 1);
        Matcher example = EXAMPLE.matcher(i == 0 ? "" : lines.get(i - 1));
        assertThat(example.matches()).as(where + " names its example").isTrue();
        int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("```");
        assertThat(lines.subList(i + 1, end))
            .as(where)
            .isEqualTo(text(example.group("file"), example.group("region")));
      }
    }
  }

  @Test
  void everyAttributeIsDeclared() throws IOException {
    try (Stream<Path> files = Files.list(CONFIGURATIONS)) {
      for (Path file : files.toList()) {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
          properties.load(reader);
        }
        for (String key : properties.stringPropertyNames()) {
          Matcher channel = CHANNEL_KEY.matcher(key);
          if (channel.matches()
              && OF_ALL_CONNECTORS.stream().noneMatch(channel.group("name")::startsWith)) {
            assertThat(declared(channel.group("direction")))
                .as(file.getFileName() + ": " + key)
                .contains(channel.group("name"));
          }
        }
      }
    }
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    for (Path page : pages()) {
      for (Matcher link = LINK.matcher(Files.readString(page)); link.find(); ) {
        String[] to = link.group("to").split("#", 2);
        Path target = to[0].isEmpty() ? page : page.resolveSibling(to[0]).normalize();
        assertThat(target).as(MODULE.relativize(page).toString()).exists();
        if (to.length == 2) {
          assertThat(anchors(target))
              .as(MODULE.relativize(page) + " to " + link.group("to"))
              .contains(to[1]);
        }
      }
    }
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(MODULE.resolve("docs"))) {
      return Stream.concat(Stream.of(MODULE.resolve("README.md")), docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  /** The lines of a file or of its region, without the indentation that they share. */
  private static List<String> text(String file, String region) throws IOException {
    Path source =
        SOURCES.stream()
            .map(folder -> folder.resolve(file))
            .filter(Files::exists)
            .findFirst()
            .orElseThrow(() -> new NoSuchFileException(file));
    List<String> lines = Files.readAllLines(source);
    return region == null ? body(lines) : region(lines, region, source);
  }

  /** A whole file but for its package. */
  private static List<String> body(List<String> lines) {
    return lines.stream().dropWhile(line -> line.startsWith("package ") || line.isBlank()).toList();
  }

  private static List<String> region(List<String> lines, String region, Path source) {
    List<String> found = new ArrayList<>();
    boolean inside = false;
    for (String line : lines) {
      String marker = line.strip().replaceFirst("^(//|#) ", "");
      if (marker.equals("endregion")) {
        inside = false;
      } else if (inside) {
        found.add(line);
      } else {
        inside = marker.equals("region " + region);
      }
    }
    assertThat(found).as("region " + region + " of " + source).isNotEmpty();
    return dedented(found);
  }

  private static List<String> dedented(List<String> lines) {
    return String.join("\n", lines).stripTrailing().stripIndent().strip().lines().toList();
  }

  private static Set<String> declared(String direction) throws IOException {
    String heading = direction.equals("incoming") ? "## Incoming" : "## Outgoing";
    return Files.readAllLines(MODULE.resolve("docs/attributes.md")).stream()
        .dropWhile(line -> !line.equals(heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.substring(3, line.indexOf('`', 3)))
        .collect(Collectors.toSet());
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(Files.readString(page))
        .results()
        .map(heading ->
            heading
                .group("title")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
