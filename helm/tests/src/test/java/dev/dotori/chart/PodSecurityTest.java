package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A namespace that enforces `restricted` takes every pod: services, stores, migrations and the
 * test.
 */
class PodSecurityTest {
  @ParameterizedTest
  @MethodSource("dev.dotori.chart.Installs#all")
  void everyPodIsRestricted(Install install) {
    assertThat(PodSecurity.violations(Chart.dotori().render(install))).isEmpty();
  }

  @Test
  void hooksAndTestsAreAmongThePods() {
    assertThat(Chart.dotori().render(Install.production()).pods())
        .extracting(pod -> pod.owner().kind())
        .contains("Deployment", "Job", "Pod");
    assertThat(Chart.dotori().render(Install.local()).pods())
        .extracting(pod -> pod.owner().kind())
        .contains("Deployment", "Job", "Pod", "StatefulSet");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          templates/_pod.tpl             => runAsNonRoot: true               => runAsNonRoot: false
          templates/_pod.tpl             => {type: RuntimeDefault}           => {type: Unconfined}
          templates/_pod.tpl             => allowPrivilegeEscalation: false  => privileged: false
          templates/_pod.tpl             => readOnlyRootFilesystem: true     => readOnlyRootFilesystem: false
          templates/_pod.tpl             => drop: [ALL]                      => drop: [NET_RAW]
          templates/_pod.tpl             => drop: [ALL]                      => drop: [ALL], add: [SYS_ADMIN]
          templates/_pod.tpl             => enableServiceLinks: false        => hostNetwork: true
          templates/local/s3.yaml        => tmp, emptyDir: {}                => tmp, hostPath: {path: /tmp}
          templates/deployments.yaml     => containerPort: 8080              => containerPort: 8080, hostPort: 80
          templates/migrations.yaml      => include "dotori.podBasics" $     => print ""
          templates/tests/main-job.yaml  => include "dotori.securityContext" . => print "privileged: true"
          """)
  void aFaultOfTheChartIsFound(String file, String text, String other) {
    Chart faulty = Chart.dotori().withFault(file, text, other);

    assertThat(PodSecurity.violations(faulty.render(Install.local()))).isNotEmpty();
  }
}
