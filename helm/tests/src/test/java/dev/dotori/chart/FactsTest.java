package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** services.yaml says of each service what its sources say. */
class FactsTest {
  private static final JsonNode FACTS = Yaml.parse(Chart.dotori().read("services.yaml"));

  static Stream<String> services() {
    return Code.services().stream();
  }

  @Test
  void itKnowsEveryService() {
    Set<String> known = new TreeSet<>();
    FACTS.fieldNames().forEachRemaining(known::add);

    assertThat(known).isEqualTo(Code.services()).hasSize(6);
  }

  @ParameterizedTest
  @MethodSource("services")
  void itKnowsWhatAServiceConsumes(String service) {
    Map<String, String> channels = new TreeMap<>();
    FACTS
        .path(service)
        .path("channels")
        .properties()
        .forEach(channel ->
            channels.put(channel.getKey(), "dotori:{" + channel.getValue().asText() + "}"));

    assertThat(channels).isEqualTo(Code.of(service).channels());
    assertThat(FACTS.path(service).path("group").asText()).isEqualTo(Code.of(service).group());
  }

  @ParameterizedTest
  @MethodSource("services")
  void itKnowsWhomAServiceAsks(String service) {
    Set<String> calls = texts(FACTS.path(service).path("calls"));
    if (!service.equals("members")) {
      // As it says itself: all but members fetch keys from there.
      calls.add("members");
    }

    assertThat(calls).isEqualTo(Code.of(service).calls());
  }

  @ParameterizedTest
  @MethodSource("services")
  void itKnowsWhatAServiceConnectsTo(String service) {
    assertThat(texts(FACTS.path(service).path("uses"))).isEqualTo(Code.of(service).uses());
    assertThat(FACTS.path(service).has("schema"))
        .isEqualTo(Code.of(service).uses().contains("mysql"));
    assertThat(FACTS.path(service).path("leader").asBoolean()).isEqualTo(Code.of(service).leads());
    assertThat(FACTS.path(service).path("proves").asBoolean()).isEqualTo(Code.of(service).proves());
  }

  /** The same names as on a developer's machine. */
  @ParameterizedTest
  @MethodSource("services")
  void itKnowsTheSchemas(String service) {
    JsonNode schema = FACTS.path(service).path("schema");
    if (!schema.isMissingNode()) {
      assertThat(schema.asText()).isEqualTo(service.replace('-', '_'));
    }
  }

  /** Each image that the chart pulls is one that this repository builds. */
  @Test
  void everyImageIsOneThatIsBuilt() {
    Set<String> images = new TreeSet<>();
    for (Manifest.Pod pod : Chart.dotori().render(Install.local()).pods()) {
      for (JsonNode container : pod.containers()) {
        Texts.find("^ghcr.io/dotori/([a-z-]+):", container.path("image").asText())
            .forEach(images::add);
      }
    }
    for (String image : images) {
      String group = Code.services().contains(image) ? "services/" : "local/";
      for (String variant : Set.of("native", "jvm")) {
        assertThat(Chart.ROOT.resolve(group + image + "/src/main/docker/Dockerfile." + variant))
            .isRegularFile();
      }
    }
    assertThat(images).hasSize(8).containsAll(Code.services());
  }

  /**
   * A service may in a local release's Redis what it may in the Redis that all flows are tested
   * with.
   */
  @Test
  void redisUsersHaveTheRightsThatAreTestedWith() {
    String tested =
        String.join(
            "",
            Texts.find(
                "\"([^\"]*)\"",
                Texts.find(
                        "(?s)String RULES =(.*?);",
                        Texts.read(
                            Chart.ROOT.resolve(
                                "local/cli/src/main/java/dev/dotori/local/cli/RedisPart.java")))
                    .getFirst()));
    String given =
        Chart.dotori()
            .render(Install.local())
            .one("ConfigMap", "redis")
            .at("/data")
            .path("start.sh")
            .asText();

    assertThat(Texts.find("rights='([^']*)'", given)).containsExactly(tested);
    assertThat(given).contains("user default off").doesNotContain("allcommands", "+@all", "~* ");
  }

  /** What the chart calls a service is what its image, its users and its tokens are called. */
  @ParameterizedTest
  @MethodSource("services")
  void aServiceIsCalledAfterItsFolder(String service) {
    assertThat(
            Texts.read(
                Path.of(
                    Chart.ROOT
                        + "/services/"
                        + service
                        + "/src/main/resources/application.properties")))
        .contains("quarkus.application.name=" + service + "\n");
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new TreeSet<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
