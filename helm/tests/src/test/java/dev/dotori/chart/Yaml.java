package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * YAML as Kubernetes reads it: version 1.1, in which `on` and `no` are booleans, and a key that
 * stands twice is an error.
 */
final class Yaml {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Yaml() {}

  static JsonNode parse(String text) {
    return JSON.valueToTree(parser().load(text));
  }

  static List<JsonNode> parseAll(String text) {
    List<JsonNode> documents = new ArrayList<>();
    for (Object document : parser().loadAll(text)) {
      if (document != null) {
        documents.add(JSON.valueToTree(document));
      }
    }
    return documents;
  }

  private static org.yaml.snakeyaml.Yaml parser() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(1000);
    return new org.yaml.snakeyaml.Yaml(new SafeConstructor(options));
  }
}
