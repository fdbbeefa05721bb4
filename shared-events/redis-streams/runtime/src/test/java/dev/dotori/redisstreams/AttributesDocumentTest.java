package dev.dotori.redisstreams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/attributes.md} lists every attribute that {@link RedisStreamsConnector} declares,
 * with its type, default and description, and none that it does not.
 *
 * <p>Run with {@code -Dattributes.write} it writes the document instead of comparing it.
 */
class AttributesDocumentTest {

  private static final Path DOCUMENT = Path.of("..", "docs", "attributes.md");

  /** A row as SmallRye's attribute processor writes it. */
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| \\[\\.no-hyphens]#\\*(?<name>[^*]+)\\*#(?<alias>[^|]*) \\| (?<description>.*?)\\R\\R"
              + "Type: _(?<type>[^_]+)_ \\| (?<mandatory>true|false) \\| ?`?(?<default>[^`\\r\\n]*)`?$",
          Pattern.MULTILINE | Pattern.DOTALL);

  record Attribute(String name, String type, String defaultValue, String description) {
    String row() {
      return "| `%s` | %s | %s | %s |"
          .formatted(
              name,
              type,
              defaultValue.isBlank() ? "" : "`" + defaultValue + "`",
              description.replace("|", "\\|"));
    }
  }

  @Test
  void theDocumentListsWhatTheConnectorDeclares() throws IOException {
    // given
    String declared = document(declared("incoming"), declared("outgoing"));

    // when
    if (System.getProperty("attributes.write") != null) {
      Files.writeString(DOCUMENT, declared);
    }

    // then
    assertThat(Files.readString(DOCUMENT))
        .as(
            "docs/attributes.md is generated; write it anew with: ./mvnw -pl"
                + " shared-events/redis-streams/deployment -am test -Dtest=AttributesDocumentTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dattributes.write")
        .isEqualTo(declared);
  }

  private static List<Attribute> declared(String direction) throws IOException {
    String table = "META-INF/connector/smallrye-redis-streams-%s.adoc".formatted(direction);
    try (InputStream in = RedisStreamsConnector.class.getClassLoader().getResourceAsStream(table)) {
      assertThat(in).as(table).isNotNull();
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      List<Attribute> attributes = new ArrayList<>();
      for (Matcher row = ROW.matcher(text); row.find(); ) {
        attributes.add(
            new Attribute(
                row.group("name"),
                row.group("type"),
                row.group("default").strip(),
                row.group("description").strip()));
      }
      // A row that the pattern does not know would go missing unnoticed.
      assertThat(attributes).hasSize(text.split("\\[\\.no-hyphens]#", -1).length - 1);
      return attributes;
    }
  }

  private static String document(List<Attribute> incoming, List<Attribute> outgoing) {
    return """
    # Attributes

    Generated from the declarations in `RedisStreamsConnector`; a test keeps this page and them the same.
    Each is a property `mp.messaging.incoming.<channel>.<attribute>` or `mp.messaging.outgoing.<channel>.<attribute>`,
    or `mp.messaging.connector.smallrye-redis-streams.<attribute>` for all channels.

    Durations are written as `500ms`, `30s`, `5m`.
    A value that can't be used stops the start, with a message that names its key.

    ## Incoming

    %s

    ## Outgoing

    %s
    """
        .formatted(table(incoming), table(outgoing));
  }

  private static String table(List<Attribute> attributes) {
    StringBuilder table = new StringBuilder("| attribute | type | default | |\n|---|---|---|---|");
    attributes.forEach(attribute -> table.append('\n').append(attribute.row()));
    return table.toString();
  }
}
