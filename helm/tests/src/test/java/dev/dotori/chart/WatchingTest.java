package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Alerts and dashboards ask for what is there, and whoever is woken finds what to do. */
class WatchingTest {
  private static final Rendering WATCHED =
      Chart.dotori().render(Installs.byName().get("production with all that it can have"));

  @Test
  void everyAlertAsksForMetricsThatThereAre() {
    List<String> violations = new ArrayList<>();
    alerts(WATCHED)
        .forEach(alert -> violations.addAll(Metrics.violations(alert.path("expr").asText())));

    assertThat(violations).isEmpty();
    assertThat(alerts(WATCHED)).hasSizeGreaterThan(10);
  }

  @Test
  void everyDashboardAsksForMetricsThatThereAre() {
    List<String> violations = new ArrayList<>();
    int queries = 0;
    for (Manifest map : WATCHED.all("ConfigMap")) {
      for (var file : Manifest.texts(map.at("/data")).entrySet()) {
        if (file.getKey().endsWith(".json")) {
          for (String query : Yaml.parse(file.getValue()).findValuesAsText("expr")) {
            queries++;
            violations.addAll(Metrics.violations(query));
          }
        }
      }
    }
    assertThat(violations).isEmpty();
    assertThat(queries).isGreaterThan(20);
  }

  @Test
  void everyAlertHasWhatToDoInTheDocumentation() {
    Set<String> anchors = new TreeSet<>();
    for (String heading :
        Texts.find("^#+ (.*)$", Texts.read(Chart.ROOT.resolve("docs/deploy.md")))) {
      anchors.add(
          "docs/deploy.md#"
              + heading
                  .toLowerCase(java.util.Locale.ROOT)
                  .replaceAll("[^a-z0-9 -]", "")
                  .replace(' ', '-'));
    }
    Set<String> alerts = new TreeSet<>();
    for (JsonNode alert : alerts(WATCHED)) {
      alerts.add(alert.path("alert").asText());
      assertThat(alert.at("/annotations/runbook").asText()).isIn(anchors);
      assertThat(alert.at("/annotations/runbook").asText())
          .endsWith("#" + alert.path("alert").asText().toLowerCase(java.util.Locale.ROOT));
      assertThat(alert.at("/annotations/summary").asText()).isNotBlank();
      assertThat(alert.at("/labels/severity").asText()).isIn("warning", "critical");
    }
    assertThat(Texts.find("^### (Dotori\\w+)$", Texts.read(Chart.ROOT.resolve("docs/deploy.md"))))
        .as("no alert is documented that isn't there")
        .containsExactlyInAnyOrderElementsOf(alerts);
  }

  /** Names begin alike in a release `dotori-points` beside `dotori`. */
  @Test
  void anAlertIsOfItsReleaseAlone() {
    for (JsonNode alert : alerts(WATCHED)) {
      String query = alert.path("expr").asText();
      assertThat(query).contains("namespace=\"shop\"");
      for (String regex :
          Texts.find("(?:pod|deployment|horizontalpodautoscaler|job_name)=~\"([^\"]+)\"", query)) {
        Pattern names = Pattern.compile(regex);
        for (String other :
            List.of(
                "dotori-points-gateway",
                "keda-hpa-dotori-points-points-worker",
                "dotori-points-points-migration-5c2c0ee3",
                "dotori-points-gateway-5c2c0ee312-abcde",
                "other-gateway",
                "dotori-two-points")) {
          assertThat(names.matcher(other).matches()).as(regex + " takes " + other).isFalse();
        }
        assertThat(
                List.of(
                        "dotori-points-worker",
                        "keda-hpa-dotori-points-worker",
                        "dotori-points-migration-5c2c0ee3",
                        "dotori-points-worker-5c2c0ee312-abcde")
                    .stream()
                    .anyMatch(name -> names.matcher(name).matches()))
            .as(regex)
            .isTrue();
      }
    }
  }

  /**
   * What is drawn and asked by `release` and `workload` is what the PodMonitor makes of the labels.
   */
  @Test
  void thePodMonitorLabelsWhatIsAskedFor() {
    JsonNode monitor = WATCHED.all("PodMonitor").getFirst().json();

    assertThat(
            monitor.at("/spec/podMetricsEndpoints/0/relabelings").findValuesAsText("targetLabel"))
        .containsExactlyInAnyOrder("release", "workload");
    for (Manifest.Pod pod : WATCHED.pods()) {
      boolean service = pod.owner().kind().equals("Deployment");
      assertThat(Selectors.matches(monitor.at("/spec/selector"), pod.labels()))
          .as(pod.toString())
          .isEqualTo(service);
      if (service) {
        assertThat(pod.spec().at("/containers/0/ports").findValuesAsText("name"))
            .contains(monitor.at("/spec/podMetricsEndpoints/0/port").asText());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "max by (stream) (redis_streams_lag{release=\"a\"})",
        "sum(rate(dotori_gateway_requests_seconds_count[5m])",
        "max by (queue) (redis_streams_lag_entries)",
        "dotori_outbox_unsent{releases=\"a\"}",
        "dotori_outbox_lost{release=\"a\"} > 0",
        "redis_streams_processing_count > 0",
        "1 > 0",
        "up{release=\"a}"
      })
  void aQueryForWhatIsNotThereIsFound(String query) {
    assertThat(Metrics.violations(query)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          alerts.yaml => redis_streams_dead_letters_entries => redis_streams_dead_entries
          alerts.yaml => by (service) (rate(                => by (backend) (rate(
          alerts.yaml => [15m])) > 0                        => [15m]) > 0
          """)
  void aFaultOfTheChartIsFound(String file, String text, String other) {
    Rendering rendering =
        Chart.dotori()
            .withFault(file, text, other)
            .render(Install.minimal().with(Installs.WATCHED));

    List<String> violations = new ArrayList<>();
    alerts(rendering)
        .forEach(alert -> violations.addAll(Metrics.violations(alert.path("expr").asText())));
    assertThat(violations).isNotEmpty();
  }

  private static List<JsonNode> alerts(Rendering rendering) {
    return Manifest.items(rendering.all("PrometheusRule").getFirst().at("/spec/groups/0/rules"));
  }
}
