package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The network lets through what the code sends, and nothing else. */
class FlowsTest {
  static Stream<Arguments> withPolicies() {
    return Installs.all()
        .filter(arguments -> {
          Install install =
              (Install) ((org.junit.jupiter.api.Named<?>) arguments.get()[0]).getPayload();
          return Values.of(install).at("/networkPolicy/enabled").asBoolean();
        });
  }

  @ParameterizedTest
  @MethodSource("withPolicies")
  void theNetworkLetsThroughWhatTheCodeSends(Install install) {
    assertThat(Flows.violations(Chart.dotori().render(install))).isEmpty();
  }

  @Test
  void withoutPoliciesThereAreNone() {
    assertThat(
            Chart.dotori()
                .render(Installs.byName().get("no network policies"))
                .all("NetworkPolicy"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          services.yaml                        => calls: [members, points, posting, => calls: [members, posting,
          services.yaml                        => uses: [redis, s3]                 => uses: [redis]
          services.yaml                        => uses: [redis, s3]                 => uses: [redis, s3, mysql]
          services.yaml                        => uses: [mysql, redis, networks]    => uses: [mysql, redis]
          templates/networkpolicies.yaml       => include "dotori.selector" . | nindent 6 => print "app: none" | nindent 6
          templates/networkpolicies.yaml       => policyTypes: [Ingress, Egress]    => policyTypes: [Ingress]
          templates/networkpolicies.yaml       => kubernetes.io/metadata.name: kube-system => app: dns
          templates/networkpolicies.yaml       => ports: [{port: 9000}]             => ports: [{port: 9000}, {port: 8080}]
          templates/networkpolicies.yaml       => values: {{ toJson $callers }}     => values: [gateway]
          templates/networkpolicies.yaml       => include "dotori.peer" (list . "gateway") => print "- podSelector: {}"
          templates/networkpolicies.yaml       => dotori.dev/kubernetes-api: asks      => dotori.dev/service: points
          templates/_network.tpl               => cidr: 169.254.169.254/32          => cidr: 0.0.0.0/0
          templates/_network.tpl               => 172.16.0.0/12, 192.168.0.0/16     => 172.16.0.0/12
          templates/_network.tpl               => ports: [{port: {{ $values.mysql.port }}}] => ports: []
          """)
  void aFaultOfTheChartIsFound(String file, String text, String other) {
    Chart faulty = Chart.dotori().withFault(file, text, other);

    assertThat(Flows.violations(faulty.render(Install.production()))).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          templates/local/networkpolicies.yaml => "sandbox" (list "smtp" "networks") => "sandbox" (list "networks")
          templates/local/networkpolicies.yaml => values: {{ toJson $users }}}       => values: [gateway]}
          templates/local/networkpolicies.yaml => if eq $store "mysql"               => if eq $store "redis"
          templates/_network.tpl               => "mysql" "redis" "s3"))             => "mysql" "redis"))
          """)
  void aFaultOfTheLocalProfileIsFound(String file, String text, String other) {
    Chart faulty = Chart.dotori().withFault(file, text, other);

    assertThat(Flows.violations(faulty.render(Install.local()))).isNotEmpty();
  }
}
