package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What pods may ask of the Kubernetes API: nothing, or just what their code asks. */
final class Rights {
  /**
   * Each right that the code needs, by what it is for; `named` ones only on objects of this
   * release.
   */
  private record Right(Set<String> verbs, boolean named) {}

  private static final Map<String, List<Right>> NEEDED =
      Map.of(
          "coordination.k8s.io/leases",
          List.of(
              new Right(Set.of("get", "update", "patch"), true),
              new Right(Set.of("create"), false)),
          "apps/deployments",
          List.of(new Right(Set.of("get"), true)),
          "apps/deployments/scale",
          List.of(new Right(Set.of("update"), true)),
          "/pods",
          List.of(new Right(Set.of("list"), false)),
          "autoscaling/horizontalpodautoscalers",
          List.of(new Right(Set.of("list"), false)));

  private Rights() {}

  static List<String> violations(Rendering rendering) {
    List<String> violations = new ArrayList<>();
    Map<String, Manifest> roles =
        rendering.all("Role").stream().collect(Collectors.toMap(Manifest::name, role -> role));
    Set<String> trusted = new HashSet<>();
    Set<String> bound = new HashSet<>();
    for (Manifest binding : rendering.all("RoleBinding")) {
      Manifest role = roles.get(binding.at("/roleRef/name").asText());
      if (role == null || !binding.at("/roleRef/kind").asText().equals("Role")) {
        violations.add(binding + ": binds no Role of this release");
        continue;
      }
      bound.add(role.name());
      for (JsonNode subject : binding.at("/subjects")) {
        if (!subject.path("kind").asText().equals("ServiceAccount")
            || !subject.path("namespace").asText().equals(rendering.install().namespace())) {
          violations.add(binding + ": binds somebody else");
        }
        trusted.add(subject.path("name").asText());
      }
    }
    roles.values().forEach(role -> rules(rendering, role, violations));
    if (!bound.equals(roles.keySet())) {
      violations.add("roles " + roles.keySet() + ", of which are bound " + bound);
    }
    tokens(rendering, trusted, violations);
    rendering.objects().stream()
        .filter(object -> object.kind().startsWith("Cluster"))
        .forEach(object -> violations.add(object + ": rights in the whole cluster"));
    return violations;
  }

  private static void rules(Rendering rendering, Manifest role, List<String> violations) {
    for (JsonNode rule : role.at("/rules")) {
      Set<String> verbs = texts(rule.path("verbs"));
      Set<String> names = texts(rule.path("resourceNames"));
      for (String group : texts(rule.path("apiGroups"))) {
        for (String resource : texts(rule.path("resources"))) {
          boolean needed =
              NEEDED.getOrDefault(group + "/" + resource, List.of()).stream()
                  .anyMatch(
                      right -> right.verbs().equals(verbs) && right.named() == !names.isEmpty());
          if (!needed) {
            violations.add(role + ": may " + verbs + " " + group + "/" + resource + " " + names);
          }
          if (resource.startsWith("deployments")) {
            names.stream()
                .filter(name ->
                    rendering.all("Deployment").stream().noneMatch(d -> d.name().equals(name)))
                .forEach(name ->
                    violations.add(role + ": names " + name + ", which is no Deployment here"));
          }
          if (resource.equals("deployments/scale")) {
            names.stream()
                .filter(name -> Scaling.targets(rendering).contains(name))
                .forEach(name ->
                    violations.add(role + ": may scale " + name + ", which an autoscaler does"));
          }
          if (resource.equals("leases")
              && names.stream().anyMatch(name -> !leases(rendering).contains(name))) {
            violations.add(role + ": names a lease that nobody asks for: " + names);
          }
        }
      }
    }
  }

  private static Set<String> leases(Rendering rendering) {
    return rendering.all("ConfigMap").stream()
        .map(map -> map.at("/data/DOTORI_LEADERSHIP_LEASE").asText())
        .collect(Collectors.toSet());
  }

  /** A token is where a right is, and only there. */
  private static void tokens(Rendering rendering, Set<String> trusted, List<String> violations) {
    Set<String> used = new HashSet<>();
    for (Manifest.Pod pod : rendering.pods()) {
      JsonNode token = pod.spec().path("automountServiceAccountToken");
      String account = pod.spec().path("serviceAccountName").asText();
      if (!token.isBoolean()) {
        violations.add(pod + ": leaves it to the cluster whether it gets a token");
      }
      if (token.asBoolean()) {
        used.add(account);
        if (!trusted.contains(account)) {
          violations.add(pod + ": has a token and no right");
        }
      }
      boolean asks =
          rendering.variable(pod, "DOTORI_OPS_PLATFORM").asText().equals("kubernetes")
              || (rendering.variable(pod, "DOTORI_LEADERSHIP_BY").asText().equals("kubernetes")
                  && !rendering
                      .variable(pod, "DOTORI_LEADERSHIP_CANDIDATE")
                      .asText()
                      .equals("false"));
      if (asks != token.asBoolean()) {
        violations.add(
            pod + ": asks the Kubernetes API: " + asks + ", has a token: " + token.asBoolean());
      }
    }
    if (!used.equals(trusted)) {
      violations.add("rights have " + trusted + ", tokens " + used);
    }
    for (Manifest account : rendering.all("ServiceAccount")) {
      if (account.at("/automountServiceAccountToken").asBoolean(true)) {
        violations.add(account + ": gives its token to every pod");
      }
    }
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new HashSet<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
