package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the chart's defaults, profiles and an operator's values come to, merged as Helm merges them.
 */
final class Values {
  private static final Map<Install, JsonNode> MERGED = new ConcurrentHashMap<>();

  private Values() {}

  static JsonNode of(Install install) {
    return MERGED.computeIfAbsent(
        install,
        i -> {
          JsonNode values = Yaml.parse(Chart.dotori().read("values.yaml"));
          for (Path file : Chart.dotori().files(i)) {
            merge((ObjectNode) values, Yaml.parse(Texts.read(file)));
          }
          return values;
        });
  }

  private static void merge(ObjectNode values, JsonNode further) {
    for (Map.Entry<String, JsonNode> field : further.properties()) {
      if (field.getValue().isObject() && values.path(field.getKey()).isObject()) {
        merge((ObjectNode) values.get(field.getKey()), field.getValue());
      } else {
        values.set(field.getKey(), field.getValue().deepCopy());
      }
    }
  }
}
