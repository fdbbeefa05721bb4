package dev.dotori.local.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** Where the gateway is and how the operator signs in. */
record RunningSystem(URI gateway, String operatorId, String operatorSecret) {

  private static final String ID = "DOTORI_OPERATOR_CLIENT_ID";
  private static final String SECRET = "DOTORI_OPERATOR_CLIENT_SECRET";

  /**
   * The system behind this gateway. The operator's secret is no argument, since those of a process
   * can be read by others.
   *
   * @param environment names the operator's client, {@code operator} unless it says otherwise, and
   *     has its secret
   */
  static RunningSystem at(URI gateway, Map<String, String> environment) {
    if (gateway.getHost() == null || !Set.of("http", "https").contains(gateway.getScheme())) {
      throw new ReplayException("--gateway is to be a URL like http://gateway:8080");
    }
    String secret = environment.get(SECRET);
    if (secret == null || secret.isBlank()) {
      throw new ReplayException(
          "--gateway needs the operator's credentials in " + ID + " and " + SECRET);
    }
    return new RunningSystem(gateway, environment.getOrDefault(ID, "operator"), secret);
  }

  /** The local system of this folder, as {@code dotori up} has written it. */
  static RunningSystem in(Path data) {
    Path file = data.resolve("endpoints.json");
    if (!Files.exists(file)) {
      throw new ReplayException("nothing runs in " + data + ": start it with ./dotori up");
    }
    try {
      JsonNode endpoints = new ObjectMapper().readTree(file.toFile());
      return new RunningSystem(
          URI.create(endpoints.path("gateway").path("url").asText()),
          endpoints.path("operator").path("clientId").asText(),
          endpoints.path("operator").path("clientSecret").asText());
    } catch (IOException e) {
      throw new ReplayException(file + " can't be read: " + e.getMessage(), e);
    }
  }
}
