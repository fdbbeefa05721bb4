package dev.dotori.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a new schema breaks for those who read or wrote events by an older one. */
final class SchemaChange {

  private final JsonNode oldRoot;
  private final JsonNode newRoot;
  private final List<String> breaks = new ArrayList<>();

  private SchemaChange(JsonNode oldRoot, JsonNode newRoot) {
    this.oldRoot = oldRoot;
    this.newRoot = newRoot;
  }

  /** A line per break; none when the type has only grown. */
  static List<String> breaks(JsonNode oldSchema, JsonNode newSchema) {
    SchemaChange change = new SchemaChange(oldSchema, newSchema);
    change.compare("", oldSchema, newSchema);
    return change.breaks;
  }

  private void compare(String path, JsonNode oldNode, JsonNode newNode) {
    JsonNode before = resolve(oldRoot, oldNode);
    JsonNode after = resolve(newRoot, newNode);
    compareType(path, before, after);
    compareConstants(path, before, after);
    compareRequired(path, before, after);
    for (Map.Entry<String, JsonNode> property : before.path("properties").properties()) {
      String field = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
      JsonNode now = after.path("properties").path(property.getKey());
      if (now.isMissingNode()) {
        breaks.add(field + " is gone");
      } else {
        compare(field, property.getValue(), now);
      }
    }
    if (before.has("items") && after.has("items")) {
      compare(path + "[]", before.get("items"), after.get("items"));
    }
  }

  private void compareType(String path, JsonNode before, JsonNode after) {
    for (String keyword : List.of("type", "format")) {
      if (!before.path(keyword).equals(after.path(keyword))) {
        breaks.add(
            "%s had %s %s and now has %s"
                .formatted(path, keyword, before.path(keyword), after.path(keyword)));
      }
    }
  }

  // A constant may be added: until they know it, readers put such events to the dead letters.
  private void compareConstants(String path, JsonNode before, JsonNode after) {
    Set<String> gone = constants(before);
    gone.removeAll(constants(after));
    gone.forEach(constant -> breaks.add(path + " no longer may be " + constant));
  }

  private void compareRequired(String path, JsonNode before, JsonNode after) {
    String prefix = path.isEmpty() ? "" : path + ".";
    Set<String> added = texts(after.path("required"));
    added.removeAll(texts(before.path("required")));
    added.forEach(field -> breaks.add(prefix + field + " is newly required"));
    Set<String> dropped = texts(before.path("required"));
    dropped.removeAll(texts(after.path("required")));
    // Older readers refuse an event without it.
    dropped.forEach(field -> breaks.add(prefix + field + " is no longer always there"));
  }

  private static Set<String> constants(JsonNode schema) {
    Set<String> constants = texts(schema.path("enum"));
    if (schema.has("const")) {
      constants.add(schema.get("const").asText());
    }
    return constants;
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new HashSet<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  private static JsonNode resolve(JsonNode root, JsonNode node) {
    return node.has("$ref") ? root.at(node.get("$ref").asText().substring(1)) : node;
  }
}
