package dev.dotori.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Passwords and keys are in Secrets, and everything else knows them by reference. */
final class Secrecy {
  /** What variables with a secret are called. */
  private static final String SECRET =
      ".*(PASSWORD|SECRET|SECRETS_[A-Z_]+|TOKEN|_KEY|ACCESS_KEY_ID|CREDENTIAL|IDENTITY)";

  /** Called so, but for everybody to read: the sandbox's apps are in its documentation. */
  private static final Map<String, String> PUBLIC =
      Map.of(
          "DOTORI_SOCIAL_SHARE_FACEBOOK_CLIENT_SECRET", "sandbox-facebook-secret",
          "DOTORI_SOCIAL_SHARE_X_CLIENT_SECRET", "sandbox-x-secret");

  private Secrecy() {}

  static List<String> violations(Rendering rendering) {
    List<String> violations = new ArrayList<>();
    Map<String, Set<String>> keys = new HashMap<>();
    Set<String> values = new HashSet<>();
    for (Manifest secret : rendering.all("Secret")) {
      Set<String> its = keys.computeIfAbsent(secret.name(), name -> new HashSet<>());
      for (Map.Entry<String, String> entry : Manifest.texts(secret.at("/data")).entrySet()) {
        its.add(entry.getKey());
        String value =
            new String(Base64.getDecoder().decode(entry.getValue()), StandardCharsets.ISO_8859_1);
        if (value.length() > 16) {
          values.add(value);
          values.add(entry.getValue());
        }
      }
    }
    for (Manifest object : rendering.objects()) {
      if (!object.kind().equals("Secret")) {
        String text = object.json().toString();
        values.stream()
            .filter(text::contains)
            .forEach(value -> violations.add(object + ": holds a secret"));
      }
      if (object.kind().equals("ConfigMap")) {
        Manifest.texts(object.at("/data"))
            .forEach((name, value) -> plain(object, name, value, violations));
      }
    }
    for (Manifest.Pod pod : rendering.pods()) {
      for (JsonNode container : pod.containers()) {
        for (JsonNode variable : container.path("env")) {
          variable(rendering, pod, variable, keys, violations);
        }
        for (String list : List.of("args", "command")) {
          container.path(list).forEach(word -> plain(pod.owner(), "", word.asText(), violations));
        }
      }
    }
    return violations;
  }

  private static void variable(
      Rendering rendering,
      Manifest.Pod pod,
      JsonNode variable,
      Map<String, Set<String>> keys,
      List<String> violations) {
    String name = variable.path("name").asText();
    if (variable.has("value")) {
      plain(pod.owner(), name, variable.path("value").asText(), violations);
      return;
    }
    JsonNode reference = variable.at("/valueFrom/secretKeyRef");
    String secret = reference.path("name").asText();
    String key = reference.path("key").asText();
    if (secret.isEmpty() || key.isEmpty()) {
      violations.add(pod + ": " + name + " is neither a value nor a reference");
      return;
    }
    boolean own = Values.of(rendering.install()).at("/local/enabled").asBoolean();
    if (own
        && !keys.getOrDefault(secret, Set.of()).contains(key)
        && !reference.path("optional").asBoolean()) {
      violations.add(pod + ": " + name + " is in no Secret of this release: " + secret + "/" + key);
    }
    if (!own && !documented(rendering, secret, key)) {
      violations.add(
          pod
              + ": "
              + name
              + " is in a Secret that no documentation asks for: "
              + secret
              + "/"
              + key);
    }
  }

  private static void plain(Manifest object, String name, String value, List<String> violations) {
    if (name.matches(SECRET) && !value.equals(PUBLIC.get(name)) && !value.isEmpty()) {
      violations.add(object + ": " + name + " is written out");
    }
    // A URL with a user may have a password by reference only.
    if (value.matches("(?s).*://[^/@ $]*:[^/@ $]+@.*")) {
      violations.add(object + ": a URL with a password");
    }
  }

  /** In README's table, a Secret that replaces another included. */
  private static boolean documented(Rendering rendering, String secret, String key) {
    JsonNode values = Values.of(rendering.install());
    for (String line : Chart.dotori().read("README.md").lines().toList()) {
      String[] cells = line.split("\\|");
      if (cells.length < 3 || !cells[2].contains("`" + key + "`")) {
        continue;
      }
      for (String name : Texts.find("`([a-z-]+)`", cells[1])) {
        if (secret.equals(rendering.install().release() + "-" + name)
            || secret.equals(existing(values, name))) {
          return true;
        }
      }
    }
    // What an operator adds is the operator's to know.
    return values.findValues("secretConfig").stream()
        .anyMatch(added -> Manifest.texts(added).containsValue(key));
  }

  private static String existing(JsonNode values, String name) {
    String service = name.replace("-migration", "");
    return name.equals("keda")
        ? values.at("/autoscaling/keda/existingSecret").asText()
        : values
            .at(
                "/services/"
                    + service
                    + (name.endsWith("-migration") ? "/mysql/migration" : "")
                    + "/existingSecret")
            .asText();
  }
}
