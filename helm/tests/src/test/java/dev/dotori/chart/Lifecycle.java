package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * From start to end of a pod: what it may use, how it is asked whether it has started, lives and is
 * ready, and that it gets the time to end what it has begun.
 */
final class Lifecycle {
  private Lifecycle() {}

  static List<String> violations(Rendering rendering) {
    List<String> violations = new ArrayList<>();
    for (Manifest.Pod pod : rendering.pods()) {
      references(rendering, pod, violations);
      for (JsonNode container : pod.containers()) {
        resources(pod, container, violations);
        if (!pod.endsByItself()) {
          probes(pod, container, violations);
        }
      }
      end(rendering, pod, violations);
    }
    return violations;
  }

  private static void resources(Manifest.Pod pod, JsonNode container, List<String> violations) {
    for (String kind : List.of("requests", "limits")) {
      for (String resource : List.of("cpu", "memory")) {
        if (!container.path("resources").path(kind).has(resource)) {
          violations.add(pod + ": has no " + kind + " of " + resource);
        }
      }
    }
    JsonNode resources = container.path("resources");
    for (String resource : List.of("cpu", "memory")) {
      double requested = Quantities.of(resources.path("requests").path(resource));
      double limit = Quantities.of(resources.path("limits").path(resource));
      if (requested > limit) {
        violations.add(pod + ": requests more " + resource + " than it may have");
      }
    }
  }

  private static void probes(Manifest.Pod pod, JsonNode container, List<String> violations) {
    Set<String> ports =
        Manifest.items(container.path("ports")).stream()
            .map(port -> port.path("name").asText())
            .collect(Collectors.toSet());
    for (String name : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      JsonNode probe = container.path(name);
      JsonNode port =
          probe.has("httpGet") ? probe.at("/httpGet/port") : probe.at("/tcpSocket/port");
      if (!ports.contains(port.asText())) {
        violations.add(pod + ": " + name + " asks no port of its container");
      }
      if (probe.has("httpGet") && !port.asText().equals("management")) {
        violations.add(pod + ": " + name + " is not on the management port");
      }
    }
    JsonNode startup = container.path("startupProbe");
    int patience =
        startup.path("failureThreshold").asInt(3) * startup.path("periodSeconds").asInt(10);
    if (patience < 120) {
      violations.add(pod + ": waits only " + patience + " s for its start");
    }
  }

  /**
   * What is under way ends: endpoints forget the pod, then requests, then channels have their time.
   */
  private static void end(Rendering rendering, Manifest.Pod pod, List<String> violations) {
    if (!pod.owner().kind().equals("Pod") && !pod.spec().has("terminationGracePeriodSeconds")) {
      violations.add(pod + ": has no termination grace of its own");
    }
    if (!pod.owner().kind().equals("Deployment")) {
      return;
    }
    int drain = seconds(rendering.variable(pod, "QUARKUS_SHUTDOWN_TIMEOUT"));
    int channels = 0;
    boolean gateway = pod.labels().get("dotori.dev/service").equals("gateway");
    if (!gateway) {
      channels =
          seconds(
              rendering.variable(
                  pod, "MP_MESSAGING_CONNECTOR_SMALLRYE_REDIS_STREAMS_SHUTDOWN_TIMEOUT"));
    }
    if (drain <= 0 || (!gateway && channels <= 0)) {
      violations.add(pod + ": does not drain");
    }
    int preStop = 0;
    for (JsonNode container : pod.containers()) {
      preStop += container.at("/lifecycle/preStop/sleep/seconds").asInt();
      if (!pod.owner().name().endsWith("-worker") && preStop == 0) {
        violations.add(pod + ": stops to listen before endpoints forget it");
      }
    }
    int grace = pod.spec().path("terminationGracePeriodSeconds").asInt();
    if (grace <= preStop + drain + channels) {
      violations.add(pod + ": is killed after " + grace + " s, before it has drained");
    }
  }

  /** Nothing is named that isn't there. */
  private static void references(Rendering rendering, Manifest.Pod pod, List<String> violations) {
    Set<String> volumes = new HashSet<>();
    pod.spec().path("volumes").forEach(volume -> volumes.add(volume.path("name").asText()));
    pod.owner()
        .at("/spec/volumeClaimTemplates")
        .forEach(claim -> volumes.add(claim.at("/metadata/name").asText()));
    Set<String> maps =
        rendering.all("ConfigMap").stream().map(Manifest::name).collect(Collectors.toSet());
    Set<String> accounts =
        rendering.all("ServiceAccount").stream().map(Manifest::name).collect(Collectors.toSet());
    Set<String> mounted = new HashSet<>();
    for (JsonNode container : pod.containers()) {
      container.path("volumeMounts").forEach(mount -> mounted.add(mount.path("name").asText()));
      for (JsonNode source : container.path("envFrom")) {
        if (!maps.contains(source.at("/configMapRef/name").asText())) {
          violations.add(pod + ": reads an unknown ConfigMap");
        }
      }
      List<String> names = container.path("env").findValuesAsText("name");
      List<String> variables =
          Manifest.items(container.path("env")).stream().map(v -> v.path("name").asText()).toList();
      if (new HashSet<>(variables).size() < variables.size()) {
        violations.add(pod + ": sets a variable twice: " + names);
      }
    }
    if (!mounted.equals(volumes)) {
      violations.add(pod + ": mounts " + mounted + " of " + volumes);
    }
    for (JsonNode volume : pod.spec().path("volumes")) {
      String map = volume.at("/configMap/name").asText();
      // Or one that the operator has made and names in a value.
      boolean named = Values.of(rendering.install()).toString().contains("\"" + map + "\"");
      if (!map.isEmpty() && !maps.contains(map) && !named) {
        violations.add(pod + ": mounts an unknown ConfigMap " + map);
      }
    }
    String account = pod.spec().path("serviceAccountName").asText();
    if (!account.isEmpty() && !accounts.contains(account)) {
      violations.add(pod + ": runs as an unknown ServiceAccount");
    }
  }

  private static int seconds(JsonNode duration) {
    String text = duration.asText("0s");
    return text.endsWith("s") ? Integer.parseInt(text.substring(0, text.length() - 1)) : 0;
  }
}
