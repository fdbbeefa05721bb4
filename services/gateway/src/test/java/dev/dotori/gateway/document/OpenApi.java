package dev.dotori.gateway.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The document as its source has it. */
record OpenApi(JsonNode root) {

  private static final Set<String> METHODS =
      Set.of("get", "post", "put", "patch", "delete", "head", "options");

  /** A call that it describes. */
  record Operation(String method, String path, JsonNode node, List<JsonNode> parameters) {

    String tag() {
      return node.get("tags").get(0).asText();
    }

    Set<String> roles() {
      Set<String> roles = new TreeSet<>();
      node.path("x-roles").forEach(role -> roles.add(role.asText()));
      return roles;
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  static OpenApi load() throws IOException {
    try (InputStream source = OpenApi.class.getResourceAsStream("/docs/openapi.yaml")) {
      return new OpenApi(new ObjectMapper(new YAMLFactory()).readTree(source));
    }
  }

  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    root.get("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(each -> {
                  if (METHODS.contains(each.getKey())) {
                    List<JsonNode> parameters = new ArrayList<>();
                    path.getValue().path("parameters").forEach(it -> parameters.add(resolve(it)));
                    each.getValue().path("parameters").forEach(it -> parameters.add(resolve(it)));
                    operations.add(
                        new Operation(
                            each.getKey().toUpperCase(java.util.Locale.ROOT),
                            path.getKey(),
                            each.getValue(),
                            parameters));
                  }
                }));
    return operations;
  }

  /** What a reference leads to; the node itself when it is none. */
  JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? resolve(root.at(node.get("$ref").asText().substring(1))) : node;
  }

  /** The names of a schema's properties, those of its parts included. */
  Set<String> properties(JsonNode schema) {
    JsonNode resolved = resolve(schema);
    Set<String> names = new TreeSet<>();
    resolved.path("allOf").forEach(part -> names.addAll(properties(part)));
    resolved.path("properties").fieldNames().forEachRemaining(names::add);
    return names;
  }

  Set<String> required(JsonNode schema) {
    Set<String> names = new TreeSet<>();
    resolve(schema).path("required").forEach(name -> names.add(name.asText()));
    return names;
  }

  /** Every reference that is in it. */
  Set<String> references() {
    Set<String> references = new LinkedHashSet<>();
    root.findValues("$ref").forEach(each -> references.add(each.asText()));
    return references;
  }
}
