package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Selectors of labels, as Kubernetes takes them. */
final class Selectors {
  private Selectors() {}

  /** A LabelSelector; an empty one takes everything. */
  static boolean matches(JsonNode selector, Map<String, String> labels) {
    boolean matches = matchesAll(selector.path("matchLabels"), labels);
    for (JsonNode expression : selector.path("matchExpressions")) {
      String value = labels.get(expression.path("key").asText());
      boolean among = false;
      for (JsonNode one : expression.path("values")) {
        among |= one.asText().equals(value);
      }
      matches &=
          switch (expression.path("operator").asText()) {
            case "In" -> among;
            case "NotIn" -> !among;
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> throw new IllegalArgumentException(expression.toString());
          };
    }
    return matches;
  }

  /** A map of labels, as Services have it. */
  static boolean matchesAll(JsonNode wanted, Map<String, String> labels) {
    return wanted.properties().stream()
        .allMatch(label -> label.getValue().asText().equals(labels.get(label.getKey())));
  }
}
