package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** One object for Kubernetes, as it was rendered. */
record Manifest(JsonNode json) {

  String kind() {
    return json.path("kind").asText();
  }

  String apiVersion() {
    return json.path("apiVersion").asText();
  }

  String name() {
    return json.at("/metadata/name").asText();
  }

  Map<String, String> labels() {
    return texts(json.at("/metadata/labels"));
  }

  JsonNode at(String pointer) {
    return json.at(pointer);
  }

  /** The pods that it makes, if it makes any. */
  Optional<Pod> pod() {
    return switch (kind()) {
      case "Deployment", "StatefulSet", "Job" ->
          Optional.of(
              new Pod(
                  this,
                  texts(json.at("/spec/template/metadata/labels")),
                  json.at("/spec/template/spec")));
      case "Pod" -> Optional.of(new Pod(this, labels(), json.at("/spec")));
      default -> Optional.empty();
    };
  }

  @Override
  public String toString() {
    return kind() + "/" + name();
  }

  static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new LinkedHashMap<>();
    object.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }

  static List<JsonNode> items(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  /** The pods of an object: their labels and what they are made of. */
  record Pod(Manifest owner, Map<String, String> labels, JsonNode spec) {

    List<JsonNode> containers() {
      return StreamSupport.stream(List.of("initContainers", "containers").spliterator(), false)
          .flatMap(key -> items(spec.path(key)).stream())
          .toList();
    }

    /** Ends by itself, so nobody asks it how it is. */
    boolean endsByItself() {
      return List.of("Job", "Pod").contains(owner.kind());
    }

    @Override
    public String toString() {
      return owner.toString();
    }
  }
}
