package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every variable that the chart gives to a program is one that the program hears of. */
class SettingsTest {
  private static final Map<String, Settings> OF = new ConcurrentHashMap<>();

  @ParameterizedTest
  @MethodSource("dev.dotori.chart.Installs#all")
  void everyVariableIsASetting(Install install) {
    assertThat(violations(Chart.dotori().render(install))).isEmpty();
  }

  /** What an operator is told to set, too. */
  @Test
  void everyVariableOfTheDocumentationIsASetting() {
    Set<String> unknown = new TreeSet<>();
    for (String file :
        List.of("docs/deploy.md", "helm/dotori/README.md", "helm/dotori/values.yaml")) {
      for (String variable :
          Texts.find(
              "\\b((?:DOTORI|QUARKUS|MP)_[A-Z0-9_]*[A-Z0-9])\\b",
              Texts.read(Chart.ROOT.resolve(file)))) {
        boolean known =
            Code.services().stream().anyMatch(service -> of(service).refusal(variable) == null);
        if (!known) {
          unknown.add(file + ": " + variable);
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "QUARKUS_HTTP_PORTS",
        "QUARKUS_REDIS_HEALTH_ENABLED",
        "QUARKUS_MAILER_HOST",
        "DOTORI_POINTS_URI",
        "DOTORI_MEMBERS_KEY_ENCRYPTION_KEY",
        "MP_MESSAGING_INCOMING_MEDIA_READY_ENABLED",
        "MP_MESSAGING_CONNECTOR_SMALLRYE_REDIS_STREAMS_SHUTDOWN",
        "QUARKUS_DATASOURCE_DB_KIND"
      })
  void whatAServiceDoesNotHaveIsNoSettingOfIt(String variable) {
    assertThat(of("points").refusal(variable)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          templates/_environment.tpl => QUARKUS_SHUTDOWN_TIMEOUT    => QUARKUS_SHUTDOWN_DELAY_TIMEOUT
          templates/_environment.tpl => DOTORI_ISSUER               => DOTORI_TOKEN_ISSUER
          templates/_environment.tpl => DOTORI_MEDIA_BUCKET         => DOTORI_MEDIA_BUCKET_NAME
          templates/_environment.tpl => "DOTORI_MEMBERS_KEY_ENCRYPTION_KEY" => "DOTORI_MEMBERS_ENCRYPTION_KEY"
          templates/_environment.tpl => DOTORI_SOCIAL_SHARE_DISPATCH_ENABLED => DOTORI_SOCIAL_SHARE_DISPATCHER_ENABLED
          templates/_environment.tpl => QUARKUS_REDIS_CLIENT_TYPE   => QUARKUS_REDIS_TYPE
          templates/_environment.tpl => MP_MESSAGING_INCOMING_{{ $channel | upper => MP_MESSAGING_INCOMING_X{{ $channel | upper
          templates/migrations.yaml  => QUARKUS_FLYWAY_MIGRATE_AT_START => QUARKUS_FLYWAY_MIGRATE
          """)
  void aFaultOfTheChartIsFound(String file, String text, String other) {
    Rendering rendering = Chart.dotori().withFault(file, text, other).render(Install.production());

    assertThat(violations(rendering)).isNotEmpty();
  }

  private static List<String> violations(Rendering rendering) {
    List<String> violations = new ArrayList<>();
    for (Manifest.Pod pod : rendering.pods()) {
      String program = program(pod);
      if (program == null) {
        continue;
      }
      for (String variable : variables(rendering, pod)) {
        String refusal = of(program).refusal(variable);
        if (refusal != null && !isPart(pod, variable)) {
          violations.add(pod + ": " + refusal);
        }
      }
    }
    return violations;
  }

  private static Set<String> variables(Rendering rendering, Manifest.Pod pod) {
    Set<String> variables = new TreeSet<>();
    for (JsonNode container : pod.containers()) {
      container.path("env").forEach(variable -> variables.add(variable.path("name").asText()));
      for (JsonNode source : container.path("envFrom")) {
        String map = source.at("/configMapRef/name").asText();
        rendering.all("ConfigMap").stream()
            .filter(config -> config.name().equals(map))
            .forEach(config -> variables.addAll(Manifest.texts(config.at("/data")).keySet()));
      }
    }
    return variables;
  }

  /** For the kubelet, which puts it into another variable. */
  private static boolean isPart(Manifest.Pod pod, String variable) {
    return pod.spec().toString().contains("$(" + variable + ")");
  }

  private static String program(Manifest.Pod pod) {
    String name = pod.labels().get("app.kubernetes.io/name");
    if (pod.labels().containsKey("dotori.dev/service")) {
      return pod.labels().get("dotori.dev/service");
    }
    if (pod.labels().containsKey("dotori.dev/job")) {
      return name.replace("-migration", "");
    }
    return name.equals("sandbox") ? name : null;
  }

  private static Settings of(String program) {
    return OF.computeIfAbsent(
        program,
        p ->
            p.equals("sandbox")
                ? new Settings(Chart.ROOT.resolve("local/sandbox"), Set.of())
                : new Settings(Chart.ROOT.resolve("services").resolve(p), Code.modules(p)));
  }
}
