package dev.dotori.gateway.ops.workload;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the gateway's Role, as the chart renders it, lets a request to the API server do. */
record Rights(List<PolicyRule> rules) {

  private static final Pattern RESOURCE =
      Pattern.compile(
          "/(?:api|apis/(?<group>[^/]+))/[^/]+/namespaces/[^/]+/(?<resource>[^/?]+)(?:/(?<name>[^/?]+))?(?:/(?<sub>[^/?]+))?(?<query>\\?.*)?");

  static Rights ofTheGateway() throws IOException {
    Path rendered = Path.of(System.getProperty("dotori.root"), "k8s/base/dotori.yaml");
    return Arrays.stream(Files.readString(rendered).split("(?m)^---$"))
        .filter(document -> document.contains("kind: Role\n"))
        .map(document -> Serialization.unmarshal(document, Role.class))
        .filter(role -> role.getMetadata().getName().equals("dotori-gateway"))
        .map(role -> new Rights(role.getRules()))
        .findFirst()
        .orElseThrow();
  }

  boolean allow(String method, String path) {
    Matcher request = RESOURCE.matcher(path);
    if (!request.matches()) {
      return false;
    }
    String group = request.group("group") == null ? "" : request.group("group");
    String resource =
        request.group("resource")
            + (request.group("sub") == null ? "" : "/" + request.group("sub"));
    String verb = verb(method, request.group("name"), request.group("query"));
    return rules.stream()
        .anyMatch(rule ->
            rule.getApiGroups().contains(group)
                && rule.getResources().contains(resource)
                && rule.getVerbs().contains(verb)
                && (rule.getResourceNames().isEmpty()
                    || rule.getResourceNames().contains(request.group("name"))));
  }

  private static String verb(String method, String name, String query) {
    return switch (method) {
      case "GET" ->
          query != null && query.contains("watch=true") ? "watch" : name == null ? "list" : "get";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "POST" -> "create";
      default -> "delete";
    };
  }
}
