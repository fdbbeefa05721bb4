package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Replicas have one master, autoscalers know the streams of the code, drains leave a replica. */
class ScalingTest {
  @ParameterizedTest
  @MethodSource("dev.dotori.chart.Installs#all")
  void replicasHaveOneMaster(Install install) {
    assertThat(Scaling.violations(Chart.dotori().render(install))).isEmpty();
  }

  @Test
  void withBothAutoscalersNoDeploymentSaysHowMany() {
    Rendering rendering = Chart.dotori().render(Install.production());

    assertThat(rendering.all("Deployment"))
        .noneMatch(deployment -> deployment.at("/spec").has("replicas"));
    assertThat(rendering.all("ScaledObject")).hasSize(4);
    assertThat(rendering.all("HorizontalPodAutoscaler")).hasSize(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          templates/deployments.yaml          => if eq $workload.scaler "none"   => if true
          templates/deployments.yaml          => if eq $workload.scaler "none"   => if false
          templates/deployments.yaml          => maxUnavailable: 0               => maxUnavailable: 1
          templates/autoscaling.yaml          => maxReplicaCount: {{ $settings.maxReplicas }} => cooldownPeriod: 300
          templates/autoscaling.yaml          => minReplicaCount: {{ $settings.replicas }} => minReplicaCount: 0
          templates/autoscaling.yaml          => printf "dotori:{%s}" $stream    => print $stream
          templates/autoscaling.yaml          => consumerGroup: {{ $facts.group }} => consumerGroup: dotori
          templates/autoscaling.yaml          => scaleTargetRef: {name: {{ $.Release.Name }}-{{ $name }}} => scaleTargetRef: {name: {{ $name }}}
          templates/autoscaling.yaml          => authenticationRef: {name: {{ $.Release.Name }}-redis} => authenticationRef: {name: redis}
          templates/poddisruptionbudgets.yaml => maxUnavailable: 1               => maxUnavailable: 0
          templates/poddisruptionbudgets.yaml => maxUnavailable: 1               => maxUnavailable: 9
          templates/poddisruptionbudgets.yaml => (list $ $name) | nindent 6      => (list $ "points") | nindent 6
          services.yaml                       => purchase-recorded: purchase.recorded => purchase-recorded: purchase.paid
          """)
  void aFaultOfTheChartIsFound(String file, String text, String other) {
    Chart faulty = Chart.dotori().withFault(file, text, other);

    assertThat(
            Scaling.violations(
                faulty.render(Install.production().with("autoscaling: {hpa: {enabled: false}}"))))
        .isNotEmpty();
  }
}
