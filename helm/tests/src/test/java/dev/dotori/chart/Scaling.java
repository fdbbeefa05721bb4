package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Who says how many replicas there are, and that a drain of nodes never takes the last one or waits
 * for ever.
 */
final class Scaling {
  private Scaling() {}

  /** Names of the Deployments that an autoscaler scales. */
  static Set<String> targets(Rendering rendering) {
    return rendering.objects().stream()
        .filter(object -> Set.of("HorizontalPodAutoscaler", "ScaledObject").contains(object.kind()))
        .map(object -> object.at("/spec/scaleTargetRef/name").asText())
        .collect(Collectors.toSet());
  }

  static List<String> violations(Rendering rendering) {
    List<String> violations = new ArrayList<>();
    Map<String, Manifest> deployments =
        rendering.all("Deployment").stream().collect(Collectors.toMap(Manifest::name, d -> d));
    Map<String, Integer> least = new HashMap<>();
    deployments.forEach(
        (name, deployment) -> least.put(name, deployment.at("/spec/replicas").asInt(0)));
    Set<String> scaled = new HashSet<>();
    for (Manifest scaler : rendering.objects()) {
      boolean hpa = scaler.kind().equals("HorizontalPodAutoscaler");
      if (!hpa && !scaler.kind().equals("ScaledObject")) {
        continue;
      }
      String target = scaler.at("/spec/scaleTargetRef/name").asText();
      int min = scaler.at(hpa ? "/spec/minReplicas" : "/spec/minReplicaCount").asInt(0);
      int max = scaler.at(hpa ? "/spec/maxReplicas" : "/spec/maxReplicaCount").asInt(0);
      least.put(target, min);
      if (!scaled.add(target)) {
        violations.add(scaler + ": scales what another scales, too");
      }
      if (!deployments.containsKey(target)) {
        violations.add(scaler + ": scales " + target + ", which there is not");
      }
      if (min < 1 || max < min) {
        violations.add(scaler + ": from " + min + " to " + max);
      }
      if (!hpa) {
        triggers(rendering, scaler, deployments.get(target), violations);
      }
    }
    deployments.forEach((name, deployment) -> {
      if (deployment.at("/spec").has("replicas") == scaled.contains(name)) {
        violations.add(
            deployment + ": replicas are said by " + (scaled.contains(name) ? "two" : "nobody"));
      }
      if (deployment.at("/spec/strategy/rollingUpdate/maxUnavailable").asInt(1) != 0) {
        violations.add(deployment + ": a rollout takes replicas away first");
      }
    });
    budgets(rendering, deployments, least, violations);
    return violations;
  }

  /** One for each channel that the worker's code has, by the group's lag. */
  private static void triggers(
      Rendering rendering, Manifest scaler, Manifest deployment, List<String> violations) {
    if (deployment == null) {
      return;
    }
    String service = deployment.pod().orElseThrow().labels().get("dotori.dev/service");
    Map<String, String> streams = new TreeMap<>();
    for (JsonNode trigger : scaler.at("/spec/triggers")) {
      String channel = trigger.path("name").asText();
      streams.put(channel, trigger.at("/metadata/stream").asText());
      if (!trigger.at("/metadata/consumerGroup").asText().equals(Code.of(service).group())) {
        violations.add(scaler + ": asks for a group that the code doesn't have");
      }
      String authentication = trigger.at("/authenticationRef/name").asText();
      if (rendering.all("TriggerAuthentication").stream()
          .noneMatch(a -> a.name().equals(authentication))) {
        violations.add(scaler + ": asks as nobody");
      }
    }
    if (!streams.equals(Code.of(service).channels())) {
      violations.add(
          scaler + ": asks for " + streams + ", the code consumes " + Code.of(service).channels());
    }
  }

  private static void budgets(
      Rendering rendering,
      Map<String, Manifest> deployments,
      Map<String, Integer> least,
      List<String> violations) {
    List<Manifest> budgets = rendering.all("PodDisruptionBudget");
    Set<String> budgeted = new HashSet<>();
    for (Manifest budget : budgets) {
      List<Manifest> kept =
          deployments.values().stream()
              .filter(d ->
                  Selectors.matches(budget.at("/spec/selector"), d.pod().orElseThrow().labels()))
              .toList();
      if (kept.size() != 1) {
        violations.add(budget + ": keeps " + kept);
        continue;
      }
      budgeted.add(kept.getFirst().name());
      int replicas = least.get(kept.getFirst().name());
      int away =
          budget.at("/spec").has("maxUnavailable")
              ? budget.at("/spec/maxUnavailable").asInt()
              : replicas - budget.at("/spec/minAvailable").asInt();
      if (away < 1) {
        violations.add(budget + ": no node with such a pod could ever be drained");
      }
      if (replicas > 1 && away >= replicas) {
        violations.add(budget + ": a drain may take all " + replicas);
      }
    }
    if (!budgets.isEmpty() && !budgeted.equals(deployments.keySet())) {
      violations.add("budgets for " + budgeted + " of " + deployments.keySet());
    }
  }
}
