package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the chart renders is an object that the API has, to the last field. */
class ApiTypesTest {
  /** Objects within which the API lets anybody name the keys. */
  private static final Set<String> FREE =
      Set.of(
          "labels",
          "annotations",
          "matchLabels",
          "nodeSelector",
          "data",
          "stringData",
          "selector",
          "limits",
          "requests");

  @ParameterizedTest
  @MethodSource("dev.dotori.chart.Installs#all")
  void everyObjectIsOfItsType(Install install) {
    assertThat(ApiTypes.violations(Chart.dotori().render(install))).isEmpty();
  }

  @Test
  void everyKindIsRenderedSomewhere() {
    Set<String> kinds =
        Installs.byName().values().stream()
            .flatMap(install -> Chart.dotori().render(install).objects().stream())
            .map(Manifest::kind)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(kinds)
        .containsExactlyInAnyOrder(
            "ConfigMap",
            "Deployment",
            "HTTPRoute",
            "HorizontalPodAutoscaler",
            "Ingress",
            "Job",
            "NetworkPolicy",
            "Pod",
            "PodDisruptionBudget",
            "PodMonitor",
            "PrometheusRule",
            "Role",
            "RoleBinding",
            "ScaledObject",
            "Secret",
            "Service",
            "ServiceAccount",
            "StatefulSet",
            "TriggerAuthentication");
  }

  /**
   * The check itself: an unknown field is put into every object of every depth, one after the
   * other.
   */
  @Test
  void anUnknownFieldIsFoundAtAnyDepth() {
    List<String> missed = new ArrayList<>();
    int places = 0;
    for (Manifest object : oneOfEachKind()) {
      for (List<Object> path : objectsWithin(object.json(), List.of())) {
        JsonNode copy = object.json().deepCopy();
        ((ObjectNode) at(copy, path)).put("unheardOf", "x");
        places++;
        if (ApiTypes.violations(new Manifest(copy)).isEmpty()) {
          missed.add(object + " " + path);
        }
      }
    }
    assertThat(missed).isEmpty();
    assertThat(places).isGreaterThan(200);
  }

  /** Likewise a number in place of a text, which YAML makes of what nobody has quoted. */
  @Test
  void aNumberForATextIsFoundAtAnyDepth() {
    List<String> missed = new ArrayList<>();
    for (Manifest object : oneOfEachKind()) {
      for (List<Object> path : textsWithin(object.json(), List.of())) {
        JsonNode copy = object.json().deepCopy();
        JsonNode parent = at(copy, path.subList(0, path.size() - 1));
        if (parent instanceof ArrayNode array) {
          array.set((int) path.getLast(), IntNode.valueOf(7));
        } else {
          ((ObjectNode) parent).put((String) path.getLast(), 7);
        }
        if (ApiTypes.violations(new Manifest(copy)).isEmpty()) {
          missed.add(object + " " + path);
        }
      }
    }
    // A port, a quantity and a PromQL expression may be either.
    assertThat(missed)
        .allMatch(place -> place.matches(".*(port|targetPort|expr|cpu|memory|storage|sizeLimit)]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Deployment              | spec/selector
          Deployment              | spec/template/spec/containers/0/name
          Deployment              | spec/template/spec/containers/0/ports/0/containerPort
          Deployment              | spec/template/spec/topologySpreadConstraints/0/maxSkew
          HorizontalPodAutoscaler | spec/maxReplicas
          NetworkPolicy           | spec/egress/0/to/1/ipBlock/cidr
          Role                    | rules/0/verbs
          RoleBinding             | roleRef
          Job                     | spec/template
          ScaledObject            | spec/scaleTargetRef/name
          ScaledObject            | spec/triggers/0/metadata/lagCount
          ScaledObject            | spec/triggers/0/metadata/address
          TriggerAuthentication   | spec/secretTargetRef/0/key
          """)
  void aMissingFieldIsFound(String kind, String path) {
    Manifest object =
        oneOfEachKind().stream().filter(o -> o.kind().equals(kind)).findFirst().orElseThrow();
    JsonNode copy = object.json().deepCopy();
    int slash = path.lastIndexOf('/');
    JsonNode parent = slash < 0 ? copy : copy.at("/" + path.substring(0, slash));

    assertThat(((ObjectNode) parent).remove(path.substring(slash + 1)))
        .as("the field that is taken away")
        .isNotNull();

    assertThat(ApiTypes.violations(new Manifest(copy))).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          templates/deployments.yaml => revisionHistoryLimit: 5      => revisionHistoryLimits: 5
          templates/_pod.tpl         => failureThreshold: 150        => failureThreshold: "150"
          templates/_pod.tpl         => enableServiceLinks: false    => enableServiceLinks: "off"
          templates/configmaps.yaml  => {{ $value | toString | quote => {{ $value | toString
          templates/autoscaling.yaml => maxReplicaCount              => maxReplicas
          templates/rbac.yaml        => verbs: [create]              => verbs: create
          templates/services.yaml    => appProtocol: http            => appProtocol: 1
          """)
  void aFaultOfTheChartIsFound(String file, String text, String other) {
    Chart faulty = Chart.dotori().withFault(file, text, other);

    assertThat(ApiTypes.violations(faulty.render(Install.production()))).isNotEmpty();
  }

  private static List<Manifest> oneOfEachKind() {
    List<Manifest> objects = new ArrayList<>();
    Set<String> seen = new TreeSet<>();
    for (String name : List.of("production with all that it can have", "local", "ingress")) {
      for (Manifest object : Chart.dotori().render(Installs.byName().get(name)).objects()) {
        if (seen.add(object.kind())) {
          objects.add(object);
        }
      }
    }
    return objects;
  }

  private static JsonNode at(JsonNode root, List<Object> path) {
    JsonNode node = root;
    for (Object step : path) {
      node = step instanceof Integer index ? node.get(index) : node.get((String) step);
    }
    return node;
  }

  private static List<List<Object>> objectsWithin(JsonNode node, List<Object> path) {
    List<List<Object>> found = new ArrayList<>();
    if (node.isObject()
        && (path.isEmpty() || !FREE.contains(path.getLast()) || node.has("matchLabels"))) {
      found.add(path);
      node.properties()
          .forEach(
              field -> found.addAll(objectsWithin(field.getValue(), add(path, field.getKey()))));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        found.addAll(objectsWithin(node.get(i), add(path, i)));
      }
    }
    return found;
  }

  private static List<List<Object>> textsWithin(JsonNode node, List<Object> path) {
    List<List<Object>> found = new ArrayList<>();
    if (node.isTextual()) {
      found.add(path);
    }
    node.properties()
        .forEach(field -> found.addAll(textsWithin(field.getValue(), add(path, field.getKey()))));
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        found.addAll(textsWithin(node.get(i), add(path, i)));
      }
    }
    return found;
  }

  private static List<Object> add(List<Object> path, Object step) {
    List<Object> longer = new ArrayList<>(path);
    longer.add(step);
    return longer;
  }
}
