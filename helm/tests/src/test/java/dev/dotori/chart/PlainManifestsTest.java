package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** k8s/ gives by kubectl alone what the chart gives, and can't drift away from it. */
class PlainManifestsTest {
  private static final Path K8S = Chart.ROOT.resolve("k8s");

  /** The script itself, with this Helm for the one on the PATH. */
  @Test
  void whatIsCommittedIsWhatTheScriptRenders() throws Exception {
    Outcome outcome = check(Chart.dotori(), K8S);

    assertThat(outcome.code()).as(outcome.text()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          values.yaml                    => lagPerReplica: 20       => lagPerReplica: 30
          values-production.yaml         => maxReplicas: 24         => maxReplicas: 25
          values-local.yaml              => logs: {json: false}     => logs: {json: true}
          templates/migrations.yaml      => backoffLimit: 5         => backoffLimit: 6
          templates/local/redis.yaml     => appendfsync everysec    => appendfsync always
          """)
  void aChangedChartIsNoticed(String file, String text, String other) throws Exception {
    Outcome outcome = check(Chart.dotori().withFault(file, text, other), K8S);

    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.text()).contains("+++");
  }

  /** What `kubectl apply -k` sends for an overlay is what `helm install` with the profile does. */
  @ParameterizedTest
  @ValueSource(strings = {"production", "local"})
  void anOverlayGivesWhatTheProfileGives(String profile) {
    Map<String, JsonNode> kustomized = overlay(profile);
    Map<String, JsonNode> helm = new TreeMap<>();
    List<String> profiles = new ArrayList<>(List.of("values-" + profile + ".yaml"));
    if (profile.equals("production")) {
      profiles.add(K8S.resolve("values.yaml").toString());
    }
    Install install = Install.of(profiles.toArray(String[]::new)).in("dotori");
    for (Manifest object : Chart.dotori().render(install).objects()) {
      boolean helmsOwn = object.at("/metadata/annotations/helm.sh~1hook").asText().equals("test");
      if (!helmsOwn && !object.kind().equals("Secret")) {
        helm.put(object.toString(), withoutManager(object.json()));
      }
    }

    assertThat(kustomized.keySet()).isEqualTo(helm.keySet()).hasSizeGreaterThan(50);
    helm.forEach((name, object) -> assertThat(kustomized.get(name)).as(name).isEqualTo(object));
  }

  @Test
  void theScriptForSecretsMakesThoseOfTheChart() throws Exception {
    Path folder = Files.createTempDirectory(Temporary.folder(), "secrets");
    Files.copy(K8S.resolve("overlays/local/make-secrets"), folder.resolve("make-secrets"));
    Outcome outcome = run(folder, Map.of(), "sh", "make-secrets");
    assertThat(outcome.code()).as(outcome.text()).isZero();

    Map<String, Map<String, String>> made = new TreeMap<>();
    for (JsonNode secret : Yaml.parseAll(Texts.read(folder.resolve("secrets.yaml")))) {
      assertThat(secret.at("/metadata/namespace").asText()).isEqualTo("dotori");
      Map<String, String> values = Manifest.texts(secret.path("stringData"));
      values.forEach((key, value) ->
          assertThat(value)
              .as(key)
              .matches(key.endsWith("-encryption-key") ? "[A-Za-z0-9+/]{43}=" : "[A-Za-z0-9]{40}"));
      made.put(secret.at("/metadata/name").asText(), values);
    }
    Map<String, Object> wanted = new TreeMap<>();
    Chart.dotori()
        .render(Install.local())
        .all("Secret")
        .forEach(secret -> wanted.put(secret.name(), Manifest.texts(secret.at("/data")).keySet()));

    Map<String, Object> keys = new TreeMap<>();
    made.forEach((name, values) -> keys.put(name, values.keySet()));
    assertThat(keys).isEqualTo(wanted);
  }

  @Test
  void theNamespaceIsRestricted() {
    JsonNode namespace = Yaml.parse(Texts.read(K8S.resolve("base/namespace.yaml")));

    assertThat(Manifest.texts(namespace.at("/metadata/labels")))
        .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    assertThat(namespace.at("/metadata/name").asText()).isEqualTo("dotori");
  }

  private record Outcome(int code, String text) {}

  /**
   * Runs `render --check` with a `helm` that answers each call of the script with what the library
   * renders for it.
   */
  private static Outcome check(Chart chart, Path k8s) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Temporary.folder(), "helm");
    String script = Texts.read(k8s.resolve("render"));
    List<String> calls = Texts.find("^objects [a-z]+ (.*)$", script);
    assertThat(calls).as("profiles that the script renders").hasSize(3);
    for (String call : calls) {
      List<String> profiles = new ArrayList<>();
      for (String file : call.replace("-f ", "").split(" ")) {
        profiles.add(
            file.startsWith("../helm/dotori/")
                ? file.substring("../helm/dotori/".length())
                : k8s.resolve(file).toString());
      }
      String arguments = "template dotori ../helm/dotori --namespace dotori --skip-tests " + call;
      Install install = Install.of(profiles.toArray(String[]::new)).in("dotori");
      Files.writeString(
          folder.resolve(arguments.replaceAll("[^A-Za-z0-9]", "_")), chart.template(install));
    }
    Path helm = folder.resolve("helm");
    Files.writeString(
        helm,
        """
        #!/bin/sh
        exec cat "%s/$(printf %%s "$*" | tr -c A-Za-z0-9 _)"
        """
            .formatted(folder),
        java.nio.charset.StandardCharsets.UTF_8);
    Files.setPosixFilePermissions(helm, PosixFilePermissions.fromString("rwx------"));
    return run(k8s, Map.of("HELM", helm.toString()), "sh", "./render", "--check");
  }

  private static Outcome run(Path folder, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(Temporary.folder(), "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return new Outcome(-1, "did not end");
    }
    return new Outcome(process.exitValue(), Texts.read(output));
  }

  /** As kustomize builds it: the base, what the component adds, and its patches. */
  private static Map<String, JsonNode> overlay(String profile) {
    Path folder = K8S.resolve("overlays").resolve(profile);
    JsonNode kustomization = Yaml.parse(Texts.read(folder.resolve("kustomization.yaml")));
    assertThat(kustomization.at("/resources/0").asText()).isEqualTo("../../base");
    assertThat(kustomization.at("/components/0").asText()).isEqualTo("rendered");
    assertThat(
            Yaml.parse(Texts.read(K8S.resolve("base/kustomization.yaml")))
                .path("resources")
                .toString())
        .isEqualTo("[\"namespace.yaml\",\"dotori.yaml\"]");

    Map<String, JsonNode> objects = new LinkedHashMap<>();
    add(objects, K8S.resolve("base/dotori.yaml"));
    JsonNode component = Yaml.parse(Texts.read(folder.resolve("rendered/kustomization.yaml")));
    assertThat(component.path("resources").toString()).isEqualTo("[\"added.yaml\"]");
    add(objects, folder.resolve("rendered/added.yaml"));
    for (JsonNode patch : component.path("patches")) {
      String target = patch.at("/target/kind").asText() + "/" + patch.at("/target/name").asText();
      ObjectNode object = (ObjectNode) objects.get(target);
      assertThat(object).as("target " + target).isNotNull();
      JsonNode change = Yaml.parse(patch.path("patch").asText());
      if (change.path("$patch").asText().equals("delete")) {
        objects.remove(target);
        continue;
      }
      assertThat(change.isArray()).isTrue();
      for (JsonNode operation : change) {
        String path = operation.path("path").asText();
        assertThat(operation.path("op").asText()).isEqualTo("replace");
        assertThat(path).matches("/[a-zA-Z]+");
        assertThat(object.has(path.substring(1)))
            .as("replaces what is there: " + target + path)
            .isTrue();
        object.set(path.substring(1), operation.path("value"));
      }
    }
    return new TreeMap<>(objects);
  }

  private static void add(Map<String, JsonNode> objects, Path file) {
    for (JsonNode object : Yaml.parseAll(Texts.read(file))) {
      assertThat(objects.put(new Manifest(object).toString(), object)).as("twice").isNull();
    }
  }

  /** The one label that says who manages an object. */
  private static JsonNode withoutManager(JsonNode object) {
    JsonNode copy = object.deepCopy();
    for (String metadata : List.of("/metadata/labels", "/spec/template/metadata/labels")) {
      if (copy.at(metadata) instanceof ObjectNode labels) {
        labels.remove("app.kubernetes.io/managed-by");
      }
    }
    return copy;
  }
}
