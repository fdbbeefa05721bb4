package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every secret is a reference; those of a local release are made once. */
class SecrecyTest {
  @ParameterizedTest
  @MethodSource("dev.dotori.chart.Installs#all")
  void everySecretIsAReference(Install install) {
    assertThat(Secrecy.violations(Chart.dotori().render(install))).isEmpty();
  }

  @Test
  void withExternalServersTheChartMakesNoSecret() {
    assertThat(Chart.dotori().render(Install.production()).all("Secret")).isEmpty();
    assertThat(Chart.dotori().render(Install.minimal()).all("Secret")).isEmpty();
  }

  @Test
  void aLocalReleaseMakesItsSecretsOfRandom() {
    Map<String, String> one = secrets(Chart.dotori().render(Install.local().named("one")));
    Map<String, String> other = secrets(Chart.dotori().render(Install.local().named("two")));

    assertThat(one).hasSizeGreaterThan(20);
    one.forEach((key, value) -> {
      if (key.endsWith("-encryption-key")) {
        assertThat(Base64.getDecoder().decode(value)).as(key).hasSize(32);
      } else if (!key.endsWith("redis-username")) {
        assertThat(value).as(key).matches("[A-Za-z0-9]{40}");
      }
      assertThat(other.get(key.replace("one-", "two-"))).as(key).isNotNull().isNotEqualTo(value);
    });
    assertThat(one.values()).doesNotHaveDuplicates();
  }

  @Test
  void anUpgradeKeepsTheSecretsThatAreThere() {
    Install install = Install.local().named("kept");
    Rendering first = Chart.dotori().render(install);
    Rendering upgraded =
        ApiServer.start()
            .having(first, () -> Chart.dotori().render(install.with("logs: {level: DEBUG}")));

    assertThat(secrets(upgraded)).isEqualTo(secrets(first));
  }

  @Test
  void anUpgradeMakesWhatIsNewAndKeepsTheRest() {
    Install install = Install.local().named("grown");
    Rendering first = Chart.dotori().render(install);
    Rendering upgraded =
        ApiServer.start()
            .having(
                first,
                () -> Chart.dotori().render(install.with("autoscaling: {keda: {enabled: true}}")));

    assertThat(secrets(upgraded))
        .containsAllEntriesOf(secrets(first))
        .containsKey("grown-keda/redis-password");
  }

  @Test
  void anUninstallLeavesThemAsItLeavesTheVolumes() {
    assertThat(Chart.dotori().render(Install.local()).all("Secret"))
        .allMatch(
            s -> s.at("/metadata/annotations/helm.sh~1resource-policy").asText().equals("keep"));
  }

  @Test
  void noSecretIsWrittenIntoValues() {
    for (String variable :
        List.of("QUARKUS_DATASOURCE_PASSWORD", "DOTORI_SERVICE_SECRET", "QUARKUS_REDIS_HOSTS")) {
      Install install =
          Install.minimal().with("services: {points: {config: {" + variable + ": x}}}");
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> Chart.dotori().render(install))
          .as(variable)
          .hasMessageContaining("services/points/config");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          templates/local/secrets.yaml => helm.sh/resource-policy: keep    => example.org/kept: never
          templates/_environment.tpl   => "redis-password") }}             => "password") }}
          templates/_environment.tpl   => QUARKUS_HTTP_PORT: "8080"        => QUARKUS_MAILER_PASSWORD: "8080"
          templates/_environment.tpl   => :$(REDIS_PASSWORD)@              => :secret@
          templates/_local.tpl         => sandbox-{{ $network }}-secret    => real-{{ $network }}-secret
          templates/local/redis.yaml   => >${{ $service | upper            => >{{ get (lookup "v1" "Secret" "shop" "x") "x" }}plain:secret://a:b@c{{ $service | upper
          templates/_secrets.tpl       => operator-client-secret: password => operator-secret: password
          """)
  void aFaultOfTheChartIsFound(String file, String text, String other) {
    Rendering rendering = Chart.dotori().withFault(file, text, other).render(Install.local());

    boolean kept =
        rendering.all("Secret").stream()
            .allMatch(s ->
                s.at("/metadata/annotations/helm.sh~1resource-policy").asText().equals("keep"));
    assertThat(!kept || !Secrecy.violations(rendering).isEmpty()).isTrue();
  }

  private static Map<String, String> secrets(Rendering rendering) {
    Map<String, String> secrets = new TreeMap<>();
    for (Manifest secret : rendering.all("Secret")) {
      Manifest.texts(secret.at("/data"))
          .forEach((key, value) ->
              secrets.put(
                  secret.name() + "/" + key, new String(Base64.getDecoder().decode(value))));
    }
    return secrets;
  }
}
