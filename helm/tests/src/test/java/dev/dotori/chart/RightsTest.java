package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Least right: no wildcard, names where they can be, no token where there is no right. */
class RightsTest {
  @ParameterizedTest
  @MethodSource("dev.dotori.chart.Installs#all")
  void podsMayWhatTheirCodeAsks(Install install) {
    assertThat(Rights.violations(Chart.dotori().render(install))).isEmpty();
  }

  @Test
  void withoutLeasesAndOperationsThereAreNoRightsAtAll() {
    Rendering rendering =
        Chart.dotori().render(Installs.byName().get("nobody at the Kubernetes API"));

    assertThat(rendering.all("Role")).isEmpty();
    assertThat(rendering.pods())
        .noneMatch(pod -> pod.spec().path("automountServiceAccountToken").asBoolean());
  }

  @Test
  void wheneverAutoscalersScaleEverythingTheGatewayScalesNothing() {
    Rendering rendering = Chart.dotori().render(Install.minimal().with(Installs.AUTOSCALING));

    assertThat(rendering.one("Role", "gateway").json().toString())
        .doesNotContain("deployments/scale");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          templates/rbac.yaml            => verbs: [create]           => verbs: ["*"]
          templates/rbac.yaml            => resources: [leases]       => resources: ["*"]
          templates/rbac.yaml            => resourceNames: [{{ $.Release.Name }}-{{ $service }}] => resourceNames: []
          templates/rbac.yaml            => resourceNames: [{{ $.Release.Name }}-{{ $service }}] => resourceNames: [{{ $service }}]
          templates/rbac.yaml            => resources: [pods]         => resources: [pods, secrets]
          templates/rbac.yaml            => if eq $workload.scaler "none" => if true
          templates/rbac.yaml            => kind: RoleBinding         => kind: ClusterRoleBinding
          templates/rbac.yaml            => namespace: {{ $.Release.Namespace }}} => namespace: kube-system}
          templates/serviceaccounts.yaml => automountServiceAccountToken: false => automountServiceAccountToken: true
          templates/deployments.yaml     => automountServiceAccountToken: {{ or $workload.leads $workload.ops }} => automountServiceAccountToken: true
          templates/deployments.yaml     => automountServiceAccountToken: {{ or $workload.leads $workload.ops }} => automountServiceAccountToken: false
          templates/migrations.yaml      => automountServiceAccountToken: false => hostname: migration
          """)
  void aFaultOfTheChartIsFound(String file, String text, String other) {
    Chart faulty = Chart.dotori().withFault(file, text, other);

    assertThat(
            Rights.violations(
                faulty.render(Install.minimal().with("autoscaling: {hpa: {enabled: true}}"))))
        .isNotEmpty();
  }
}
