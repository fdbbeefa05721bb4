package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every container has probes, limits and the time to drain. */
class LifecycleTest {
  @ParameterizedTest
  @MethodSource("dev.dotori.chart.Installs#all")
  void everyPodStartsLivesAndEndsInOrder(Install install) {
    assertThat(Lifecycle.violations(Chart.dotori().render(install))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          templates/_pod.tpl            => livenessProbe:                 => x-livenessProbe:
          templates/_pod.tpl            => path: /q/health/ready, port: management => path: /q/health/ready, port: http
          templates/_pod.tpl            => failureThreshold: 150          => failureThreshold: 10
          templates/_local.tpl          => startupProbe: {tcpSocket: {port: {{ . }}} => startupProbe: {tcpSocket: {port: other}
          templates/_workloads.tpl      => mul 2                          => mul 1
          templates/_workloads.tpl      => preStopSeconds" -}}5{{         => preStopSeconds" -}}0{{
          templates/_environment.tpl    => QUARKUS_SHUTDOWN_TIMEOUT: {{ printf "%ds" => QUARKUS_SHUTDOWN_TIMEOUT: {{ printf "%dm"
          templates/_environment.tpl    => STREAMS_SHUTDOWN_TIMEOUT: {{   => STREAMS_SHUTDOWN: {{
          templates/deployments.yaml    => configMapRef: {name: {{ $.Release.Name }}-{{ $service }}} => configMapRef: {name: {{ $service }}}
          templates/deployments.yaml    => {name: tmp, mountPath: /tmp}   => {name: temp, mountPath: /tmp}
          templates/deployments.yaml    => serviceAccountName: {{ $.Release.Name }}-{{ $service }} => serviceAccountName: {{ $service }}
          templates/local/mysql.yaml    => limits: {cpu: "2", memory: 1Gi} => limits: {cpu: "2"}
          templates/local/mysql.yaml    => limits: {cpu: "2", memory: 1Gi} => limits: {cpu: "2", memory: 100Mi}
          templates/local/redis.yaml    => terminationGracePeriodSeconds: 30 => hostname: redis
          templates/migrations.yaml     => toYaml $values.api.resources   => print "{}"
          """)
  void aFaultOfTheChartIsFound(String file, String text, String other) {
    Chart faulty = Chart.dotori().withFault(file, text, other);

    assertThat(Lifecycle.violations(faulty.render(Install.local()))).isNotEmpty();
  }
}
