package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which pod may send to which, by the network policies, beside which does, by the code. Of a flow
 * between pods both sides have to know.
 */
final class Flows {
  /** Where names are resolved, which every pod may. */
  private static final Set<String> DNS =
      Set.of(
          "{kubernetes.io/metadata.name=kube-system}:53/UDP",
          "{kubernetes.io/metadata.name=kube-system}:53/TCP",
          "169.254.20.10/32:53/UDP",
          "169.254.20.10/32:53/TCP");

  /** The internet, and nothing of a private network. */
  private static final String INTERNET =
      "0.0.0.0/0 except 10.0.0.0/8 100.64.0.0/10 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16";

  private static final Map<String, Integer> STORES =
      Map.of("mysql", 3306, "redis", 6379, "s3", 8080, "sandbox", 8090);

  private Flows() {}

  static List<String> violations(Rendering rendering) {
    List<String> violations = new ArrayList<>();
    Set<String> byCode = betweenByCode(rendering);
    compare("pods send", between(rendering, "Egress"), byCode, violations);
    Set<String> taken = new TreeSet<>(byCode);
    if (Values.of(rendering.install()).at("/networkPolicy/clients").isEmpty()) {
      // Among anybody, from whom the gateway then takes.
      taken.removeIf(flow -> flow.contains("-gateway:"));
    }
    compare("pods take", between(rendering, "Ingress"), taken, violations);
    for (Manifest.Pod pod : rendering.pods()) {
      compare(
          pod + " sends to", outward(rendering, pod), outwardByCode(rendering, pod), violations);
      compare(
          pod + " takes from", inward(rendering, pod), inwardByCode(rendering, pod), violations);
      for (String direction : List.of("Ingress", "Egress")) {
        if (policies(rendering, pod, direction).isEmpty()) {
          violations.add(pod + ": " + direction + " is open to anybody");
        }
      }
    }
    return violations;
  }

  private static void compare(
      String what, Set<String> allowed, Set<String> needed, List<String> violations) {
    Set<String> more = new TreeSet<>(allowed);
    more.removeAll(needed);
    Set<String> less = new TreeSet<>(needed);
    less.removeAll(allowed);
    more.forEach(flow -> violations.add(what + ": allowed, and the code has none: " + flow));
    less.forEach(
        flow -> violations.add(what + ": the code has it, and it is not allowed: " + flow));
  }

  // What the policies say.

  /** As one side has it: what the other then does about it doesn't excuse it. */
  private static Set<String> between(Rendering rendering, String direction) {
    Set<String> flows = new TreeSet<>();
    boolean sending = direction.equals("Egress");
    for (Manifest.Pod from : rendering.pods()) {
      for (Manifest.Pod to : rendering.pods()) {
        for (int port : ports(to)) {
          if (allows(rendering, sending ? from : to, direction, sending ? to : from, port)) {
            flows.add(from + " to " + to + ":" + port);
          }
        }
      }
    }
    return flows;
  }

  private static List<Integer> ports(Manifest.Pod pod) {
    return pod.containers().stream()
        .flatMap(container -> Manifest.items(container.path("ports")).stream())
        .map(port -> port.path("containerPort").asInt())
        .toList();
  }

  private static boolean allows(
      Rendering rendering, Manifest.Pod pod, String direction, Manifest.Pod peer, int port) {
    String peers = direction.equals("Egress") ? "to" : "from";
    for (JsonNode rule : rules(rendering, pod, direction)) {
      boolean anyPort = !rule.has("ports");
      for (JsonNode allowed : rule.path("ports")) {
        anyPort |=
            allowed.path("port").asInt() == port
                && allowed.path("protocol").asText("TCP").equals("TCP");
      }
      // That is counted once, as from anybody.
      boolean anyPeer = direction.equals("Egress") && rule.path(peers).isEmpty();
      for (JsonNode allowed : rule.path(peers)) {
        anyPeer |=
            allowed.has("podSelector")
                && !allowed.has("namespaceSelector")
                && Selectors.matches(allowed.path("podSelector"), peer.labels());
      }
      if (anyPort && anyPeer) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> outward(Rendering rendering, Manifest.Pod pod) {
    return outside(rules(rendering, pod, "Egress"), "to");
  }

  private static Set<String> inward(Rendering rendering, Manifest.Pod pod) {
    return outside(rules(rendering, pod, "Ingress"), "from");
  }

  /** Peers that are no pods of this release, each with a port. */
  private static Set<String> outside(List<JsonNode> rules, String peers) {
    Set<String> flows = new TreeSet<>();
    for (JsonNode rule : rules) {
      List<String> others = new ArrayList<>();
      for (JsonNode peer : rule.path(peers)) {
        if (peer.has("ipBlock")) {
          String except =
              String.join(
                  " ",
                  Manifest.items(peer.at("/ipBlock/except")).stream()
                      .map(JsonNode::asText)
                      .toList());
          others.add(
              peer.at("/ipBlock/cidr").asText() + (except.isEmpty() ? "" : " except " + except));
        } else if (peer.has("namespaceSelector")) {
          others.add(Manifest.texts(peer.at("/namespaceSelector/matchLabels")).toString());
        }
      }
      if (rule.path(peers).isEmpty()) {
        others.add("anybody");
      }
      for (String other : others) {
        if (rule.path("ports").isEmpty()) {
          flows.add(other + ":any");
        }
        for (JsonNode port : rule.path("ports")) {
          flows.add(
              other + ":" + port.path("port").asText() + "/" + port.path("protocol").asText("TCP"));
        }
      }
    }
    return flows;
  }

  private static List<JsonNode> rules(Rendering rendering, Manifest.Pod pod, String direction) {
    String rules = direction.equals("Egress") ? "egress" : "ingress";
    return policies(rendering, pod, direction).stream()
        .flatMap(policy -> Manifest.items(policy.at("/spec/" + rules)).stream())
        .toList();
  }

  private static List<Manifest> policies(Rendering rendering, Manifest.Pod pod, String direction) {
    return rendering.all("NetworkPolicy").stream()
        .filter(policy -> Selectors.matches(policy.at("/spec/podSelector"), pod.labels()))
        .filter(policy ->
            Manifest.items(policy.at("/spec/policyTypes")).stream()
                .anyMatch(t -> t.asText().equals(direction)))
        .toList();
  }

  // What the code does.

  private static Set<String> betweenByCode(Rendering rendering) {
    boolean local = Values.of(rendering.install()).at("/local/enabled").asBoolean();
    Map<String, Manifest.Pod> byName = new HashMap<>();
    rendering.pods().forEach(pod -> byName.put(name(pod), pod));
    Set<String> flows = new TreeSet<>();
    for (Manifest.Pod pod : rendering.pods()) {
      List<String> servers = new ArrayList<>();
      String service = pod.labels().get("dotori.dev/service");
      if (service != null) {
        Code.of(service).calls().forEach(servers::add);
        if (local) {
          for (String use : Code.of(service).uses()) {
            servers.add(Set.of("smtp", "networks").contains(use) ? "sandbox" : use);
          }
        }
      } else if (pod.labels().containsKey("dotori.dev/job") && local) {
        servers.add("mysql");
      } else if (name(pod).equals("test")) {
        servers.add("gateway");
      }
      for (String server : servers) {
        flows.add(pod + " to " + byName.get(server) + ":" + STORES.getOrDefault(server, 8080));
      }
    }
    return flows;
  }

  private static Set<String> outwardByCode(Rendering rendering, Manifest.Pod pod) {
    JsonNode values = Values.of(rendering.install());
    JsonNode networks = values.path("networkPolicy");
    boolean local = values.at("/local/enabled").asBoolean();
    Set<String> flows = new TreeSet<>(DNS);
    String service = pod.labels().get("dotori.dev/service");
    Set<String> uses = service == null ? Set.of() : Code.of(service).uses();
    if (pod.labels().containsKey("dotori.dev/job")) {
      uses = Set.of("mysql");
    }
    for (String use : local ? Set.<String>of() : uses) {
      switch (use) {
        case "mysql" -> add(flows, networks.path("mysql"), values.at("/mysql/port").asInt());
        case "redis" -> {
          for (JsonNode address : values.at("/redis/addresses")) {
            add(flows, networks.path("redis"), Integer.parseInt(address.asText().split(":")[1]));
          }
        }
        case "s3" -> {
          add(flows, networks.path("s3"), port(values.at("/s3/endpoint").asText(), 443));
          if (values.at("/s3/credentials").asText().equals("default")) {
            flows.add("169.254.170.23/32:80/TCP");
            flows.add("169.254.169.254/32:80/TCP");
          }
        }
        case "smtp" -> {
          if (!values.at("/mail/host").asText().isEmpty()) {
            add(flows, networks.path("smtp"), values.at("/mail/port").asInt());
          }
        }
        case "networks" -> flows.add(INTERNET + ":443/TCP");
        default -> throw new IllegalArgumentException(use);
      }
    }
    if (pod.spec().path("automountServiceAccountToken").asBoolean()) {
      add(flows, networks.path("kubernetesApi"), 443);
      add(flows, networks.path("kubernetesApi"), 6443);
    }
    String collector = values.at("/tracing/endpoint").asText();
    if (service != null && !collector.isEmpty()) {
      add(flows, networks.path("otlp"), port(collector, 443));
    }
    return flows;
  }

  private static Set<String> inwardByCode(Rendering rendering, Manifest.Pod pod) {
    JsonNode values = Values.of(rendering.install());
    Set<String> flows = new TreeSet<>();
    if (name(pod).equals("gateway")) {
      JsonNode clients = values.at("/networkPolicy/clients");
      clients.forEach(client ->
          flows.add(Manifest.texts(client.at("/namespaceSelector/matchLabels")) + ":8080/TCP"));
      if (clients.isEmpty()) {
        flows.add("anybody:8080/TCP");
      }
    }
    if (pod.labels().containsKey("dotori.dev/service")
        && values.at("/monitoring/podMonitor/enabled").asBoolean()) {
      flows.add("{kubernetes.io/metadata.name=monitoring}:9000/TCP");
    }
    if (name(pod).equals("redis") && values.at("/autoscaling/keda/enabled").asBoolean()) {
      flows.add("{kubernetes.io/metadata.name=keda}:6379/TCP");
    }
    return flows;
  }

  private static void add(Set<String> flows, JsonNode networks, int port) {
    networks.forEach(network -> flows.add(network.asText() + ":" + port + "/TCP"));
  }

  private static int port(String url, int otherwise) {
    if (url.isEmpty()) {
      return otherwise;
    }
    URI uri = URI.create(url);
    return uri.getPort() > 0 ? uri.getPort() : uri.getScheme().equals("http") ? 80 : 443;
  }

  private static String name(Manifest.Pod pod) {
    return pod.labels().get("app.kubernetes.io/name");
  }
}
