package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** All objects of one install. */
record Rendering(Install install, List<Manifest> objects) {

  static Rendering of(Install install, String yaml) {
    return new Rendering(install, Yaml.parseAll(yaml).stream().map(Manifest::new).toList());
  }

  List<Manifest> all(String kind) {
    return objects.stream().filter(object -> object.kind().equals(kind)).toList();
  }

  Optional<Manifest> find(String kind, String name) {
    return all(kind).stream()
        .filter(object -> object.name().equals(install.release() + "-" + name))
        .findFirst();
  }

  /** By kind and name without the release's. */
  Manifest one(String kind, String name) {
    return find(kind, name).orElseThrow(() -> new NoSuchElementException(kind + " " + name));
  }

  List<Manifest.Pod> pods() {
    return objects.stream().flatMap(object -> object.pod().stream()).toList();
  }

  /** A variable of a container by what the object says or its ConfigMap, or a missing node. */
  JsonNode variable(Manifest.Pod pod, String name) {
    for (JsonNode container : pod.containers()) {
      for (JsonNode variable : container.path("env")) {
        if (variable.path("name").asText().equals(name)) {
          return variable.path("value");
        }
      }
      for (JsonNode source : container.path("envFrom")) {
        String map = source.at("/configMapRef/name").asText();
        for (Manifest config : all("ConfigMap")) {
          if (config.name().equals(map) && config.at("/data").has(name)) {
            return config.at("/data").path(name);
          }
        }
      }
    }
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  @Override
  public String toString() {
    return install.toString();
  }
}
