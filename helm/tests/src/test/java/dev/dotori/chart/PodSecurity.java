package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Kubernetes' Pod Security Standard `restricted`, as the admission of 1.36 holds pods to it, and
 * what the chart promises besides: a root that can't be written to.
 */
final class PodSecurity {
  private static final Set<String> VOLUMES =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "persistentVolumeClaim",
          "projected",
          "secret");

  private PodSecurity() {}

  static List<String> violations(Rendering rendering) {
    return rendering.pods().stream().flatMap(pod -> violations(pod).stream()).toList();
  }

  static List<String> violations(Manifest.Pod pod) {
    List<String> violations = new ArrayList<>();
    JsonNode spec = pod.spec();
    JsonNode ofPod = spec.path("securityContext");
    for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
      if (spec.path(host).asBoolean()) {
        violations.add(pod + ": " + host);
      }
    }
    for (JsonNode volume : spec.path("volumes")) {
      volume
          .fieldNames()
          .forEachRemaining(field -> {
            if (!field.equals("name") && !VOLUMES.contains(field)) {
              violations.add(pod + ": volume of type " + field);
            }
          });
    }
    if (ofPod.has("sysctls") || ofPod.has("seLinuxOptions") || ofPod.has("windowsOptions")) {
      violations.add(pod + ": sysctls, SELinux or Windows options");
    }
    if (ofPod.path("runAsUser").asInt(1) == 0) {
      violations.add(pod + ": runs as root");
    }
    if (pod.containers().isEmpty()) {
      violations.add(pod + ": has no containers");
    }
    for (JsonNode container : pod.containers()) {
      String name = pod + "/" + container.path("name").asText();
      JsonNode own = container.path("securityContext");
      if (!setting(own, ofPod, "runAsNonRoot").asBoolean()) {
        violations.add(name + ": runAsNonRoot is not true");
      }
      if (own.path("runAsUser").asInt(1) == 0) {
        violations.add(name + ": runs as root");
      }
      String seccomp = setting(own, ofPod, "seccompProfile").path("type").asText();
      if (!Set.of("RuntimeDefault", "Localhost").contains(seccomp)) {
        violations.add(name + ": seccompProfile is " + seccomp);
      }
      if (own.path("privileged").asBoolean() || own.has("procMount") || own.has("seLinuxOptions")) {
        violations.add(name + ": privileged, procMount or SELinux options");
      }
      if (own.path("allowPrivilegeEscalation").asBoolean(true)) {
        violations.add(name + ": may escalate privileges");
      }
      if (Manifest.items(own.at("/capabilities/drop")).stream()
          .noneMatch(drop -> drop.asText().equals("ALL"))) {
        violations.add(name + ": keeps capabilities");
      }
      if (own.at("/capabilities/add").size() > 0) {
        violations.add(name + ": adds capabilities");
      }
      if (!own.path("readOnlyRootFilesystem").asBoolean()) {
        violations.add(name + ": can write to its root");
      }
      for (JsonNode port : container.path("ports")) {
        if (port.path("hostPort").asInt() != 0) {
          violations.add(name + ": has a hostPort");
        }
      }
      for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
        if (container.path(probe).path("httpGet").has("host")
            || container.path(probe).path("tcpSocket").has("host")) {
          violations.add(name + ": " + probe + " asks another host");
        }
      }
    }
    return violations;
  }

  private static JsonNode setting(JsonNode container, JsonNode pod, String name) {
    return container.has(name) ? container.path(name) : pod.path(name);
  }
}
