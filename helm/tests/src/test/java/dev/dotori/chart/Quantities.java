package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;

/** Amounts of CPU and memory, as Kubernetes writes them. */
final class Quantities {
  private Quantities() {}

  /** In cores or bytes; 0 for none. */
  static double of(JsonNode quantity) {
    return quantity.isValueNode() && !quantity.asText().isEmpty()
        ? Quantity.getAmountInBytes(Quantity.parse(quantity.asText())).doubleValue()
        : 0;
  }
}
