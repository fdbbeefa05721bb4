package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Two releases in one namespace don't meet: neither by a name nor by a selector. */
class ReleasesTest {
  private static final String LONGEST = "r".repeat(30);

  @ParameterizedTest
  @MethodSource("dev.dotori.chart.Installs#all")
  void theirObjectsHaveNamesOfTheirOwn(Install install) {
    assertThat(collisions(Chart.dotori(), install)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("dev.dotori.chart.Installs#all")
  void theirSelectorsTakeTheirOwnPodsOnly(Install install) {
    assertThat(strangers(Chart.dotori(), install)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("dev.dotori.chart.Installs#all")
  void everyNameIsShortEnoughWithTheLongestRelease(Install install) {
    Rendering rendering = Chart.dotori().render(install.named(LONGEST));

    assertThat(rendering.objects())
        .allSatisfy(object -> {
          assertThat(object.name()).hasSizeLessThanOrEqualTo(63);
          assertThat(object.at("/metadata/namespace").asText()).isEqualTo(install.namespace());
          assertThat(object.labels()).containsEntry("app.kubernetes.io/instance", LONGEST);
          assertThat(object.labels().values()).allMatch(label -> label.length() <= 63);
        });
    // The name of the HPA that KEDA makes is longer than its own.
    assertThat(rendering.all("ScaledObject"))
        .allSatisfy(o -> assertThat("keda-hpa-" + o.name()).hasSizeLessThan(64));
  }

  @Test
  void aLongerReleaseIsRefused() {
    assertThatThrownBy(() -> Chart.dotori().render(Install.minimal().named(LONGEST + "r")))
        .hasMessageContaining("at most 30 characters");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          templates/_names.tpl      => name: {{ (index . 0).Release.Name }}-{{ index . 1 }} => name: dotori-{{ index . 1 }}
          templates/_names.tpl      => app.kubernetes.io/instance: {{ .Release.Name }} => app.kubernetes.io/instance: dotori
          templates/services.yaml   => include "dotori.podSelector" (list $ $name) => printf "app.kubernetes.io/name: %s" $name
          templates/monitoring.yaml => include "dotori.selector" .   => print "app.kubernetes.io/part-of: dotori"
          templates/monitoring.yaml => name: {{ $.Release.Name }}-dashboard- => name: dashboard-
          templates/_pod.tpl        => include "dotori.podSelector" (list $root $name) => printf "app.kubernetes.io/name: %s" $name
          """)
  void aFaultOfTheChartIsFound(String file, String text, String other) {
    Chart faulty = Chart.dotori().withFault(file, text, other);
    Install install = Install.minimal().with(Installs.WATCHED);

    List<String> found = new ArrayList<>(collisions(faulty, install));
    found.addAll(strangers(faulty, install));
    assertThat(found).isNotEmpty();
  }

  /** A release of any other name, such as `dotori-points` beside `dotori`, may come along. */
  private static List<String> collisions(Chart chart, Install install) {
    List<String> collisions = new ArrayList<>();
    String one = install.release();
    String other = LONGEST;
    Rendering first = chart.render(install);
    Set<String> names = names(chart.render(install.named(other)));
    for (Manifest object : first.objects()) {
      if (names.contains(object.toString())) {
        collisions.add(object + ": in both");
      }
      // Would one be `<release>-<a>-<b>` and another `<release>-<b>`, then release `<release>-<a>`
      // would have both.
      for (Manifest further : first.objects()) {
        if (object.kind().equals(further.kind())
            && !object.name().equals(further.name())
            && object.name().endsWith(further.name().substring(one.length()))) {
          collisions.add(object + ": beside " + further + " of a release " + object.name());
        }
      }
    }
    Set<String> unique = new HashSet<>(names(first));
    if (unique.size() != first.objects().size()) {
      collisions.add("an object is there twice");
    }
    return collisions;
  }

  private static Set<String> names(Rendering rendering) {
    return rendering.objects().stream().map(Manifest::toString).collect(Collectors.toSet());
  }

  private static List<String> strangers(Chart chart, Install install) {
    List<Map<String, String>> others =
        chart.render(install.named(LONGEST)).pods().stream().map(Manifest.Pod::labels).toList();
    List<String> strangers = new ArrayList<>();
    Rendering rendering = chart.render(install);
    for (Manifest object : rendering.objects()) {
      List<JsonNode> selectors = new ArrayList<>();
      if (object.kind().equals("Service")) {
        if (others.stream()
            .anyMatch(labels -> Selectors.matchesAll(object.at("/spec/selector"), labels))) {
          strangers.add(object + ": sends to another release");
        }
      } else {
        selectors.addAll(object.json().findValues("podSelector"));
        selectors.addAll(object.json().findValues("labelSelector"));
        selectors.addAll(object.json().findValues("selector"));
      }
      for (JsonNode selector : selectors) {
        if (others.stream().anyMatch(labels -> Selectors.matches(selector, labels))) {
          strangers.add(object + ": takes pods of another release by " + selector);
        }
        if (selector.size() > 0
            && rendering.pods().stream()
                .noneMatch(pod -> Selectors.matches(selector, pod.labels()))) {
          strangers.add(object + ": takes no pod at all by " + selector);
        }
      }
    }
    return strangers;
  }
}
