package dev.dotori.local.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the gateway is and how the operator signs in, as {@code dotori up} has written it. */
record RunningSystem(URI gateway, String operatorId, String operatorSecret) {

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
