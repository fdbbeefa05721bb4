package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From outside there is one way in, to the gateway's requests, or none. */
class RoutesTest {
  @ParameterizedTest
  @MethodSource("dev.dotori.chart.Installs#all")
  void atMostOneRouteLeadsToTheGateway(Install install) {
    Rendering rendering = Chart.dotori().render(install);
    List<Manifest> ingresses = rendering.all("Ingress");
    List<Manifest> routes = rendering.all("HTTPRoute");

    assertThat(ingresses.size() + routes.size()).isLessThanOrEqualTo(1);
    for (Manifest ingress : ingresses) {
      JsonNode backend = ingress.at("/spec/rules/0/http/paths/0/backend/service");
      assertThat(backend.path("name").asText()).isEqualTo("dotori-gateway");
      assertThat(portsOf(rendering)).contains(backend.at("/port/name").asText());
      assertThat(ingress.at("/spec/rules/0/host").asText()).isEqualTo("dotori.example.org");
    }
    for (Manifest route : routes) {
      JsonNode backend = route.at("/spec/rules/0/backendRefs/0");
      assertThat(backend.path("name").asText()).isEqualTo("dotori-gateway");
      assertThat(portsOf(rendering)).contains(backend.path("port").asText());
      assertThat(route.at("/spec/hostnames/0").asText()).isEqualTo("dotori.example.org");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.dotori.chart.Installs#all")
  void everyServiceHasPodsWithItsPort(Install install) {
    Rendering rendering = Chart.dotori().render(install);

    assertThat(rendering.all("Service"))
        .isNotEmpty()
        .allSatisfy(service -> {
          List<Manifest.Pod> pods =
              rendering.pods().stream()
                  .filter(pod -> Selectors.matchesAll(service.at("/spec/selector"), pod.labels()))
                  .toList();
          assertThat(pods).hasSize(1);
          assertThat(pods.getFirst().spec().at("/containers/0/ports").findValuesAsText("name"))
              .contains(service.at("/spec/ports/0/targetPort").asText());
        });
  }

  @Test
  void onlyTheGatewayIsReachedFromOutside() {
    Rendering rendering =
        Chart.dotori().render(Installs.byName().get("a load balancer before the gateway"));

    assertThat(rendering.all("Service"))
        .filteredOn(service -> !service.at("/spec/type").asText("ClusterIP").equals("ClusterIP"))
        .extracting(Manifest::name)
        .containsExactly("dotori-gateway");
  }

  @Test
  void bothAtOnceAreRefused() {
    Install both =
        Installs.byName()
            .get("ingress")
            .with("httpRoute: {enabled: true, parentRefs: [{name: public}]}");

    assertThatThrownBy(() -> Chart.dotori().render(both))
        .hasMessageContaining("ingress and httpRoute");
  }

  private static List<String> portsOf(Rendering rendering) {
    JsonNode port = rendering.one("Service", "gateway").at("/spec/ports/0");
    return List.of(port.path("name").asText(), port.path("port").asText());
  }
}
