package dev.dotori.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A value that can't work is refused before anything is installed, and every value is explained.
 */
class ValuesTest {
  private static final JsonNode DEFAULTS = Yaml.parse(Chart.dotori().read("values.yaml"));
  private static final String SCHEMA_TEXT = Chart.dotori().read("values.schema.json");
  private static final JsonNode SCHEMA = Yaml.parse(SCHEMA_TEXT);
  private static final Schema VALIDATOR =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(SCHEMA_TEXT, InputFormat.JSON);

  /** Objects whose keys are the operator's: by what stands in the schema for them. */
  private static final Set<String> FREE =
      Set.of("#/$defs/labels", "#/$defs/config", "#/$defs/secretConfig");

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          publicUrl: https://dotori.example.org/           => publicUrl
          publicUrl: dotori.example.org                    => publicUrl
          publicUrl: http://dotori.example.org             => publicUrl must be https
          publicUrl: ""                                    => publicUrl is required
          mysql: {host: ""}                                => mysql.host is required
          mysql: {port: 0}                                 => mysql/port
          mysql: {port: "3306"}                            => mysql/port
          redis: {addresses: []}                           => redis.addresses is required
          redis: {addresses: [redis.example.org]}          => redis/addresses
          redis: {addresses: ["redis://redis.example.org:6379"]} => redis/addresses
          redis: {addresses: ["a:1", "b:2"]}               => redis/addresses
          redis: {clientType: sentinel}                    => redis/masterName
          redis: {masterName: dotori}                      => redis/masterName
          redis: {clientType: replication}                 => redis/clientType
          redis: {clientType: cluster}                     => redis/clientType
          s3: {bucket: Dotori_Media}                       => s3/bucket
          s3: {region: ""}                                 => s3/region
          s3: {endpoint: s3.example.org}                   => s3/endpoint
          s3: {credentials: instance}                      => s3/credentials
          image: {variant: graal}                          => image/variant
          image: {repository: ""}                          => image/repository
          mail: {port: smtp}                               => mail/port
          services: {points: {api: {replicas: 0}}}         => services/points/api/replicas
          services: {points: {worker: {replicas: 0}}}      => services/points/worker/replicas
          services: {points: {worker: {lagPerReplica: 0}}} => services/points/worker/lagPerReplica
          services: {members: {worker: {enabled: true}}}   => services/members
          services: {points: {api: {resources: {limits: {cpu: lots}}}}} => resources/limits/cpu
          services: {points: {api: {resources: {limits: null}}}} => resources
          services: {points: {existingSecret: Not_A_Name}} => services/points/existingSecret
          services: {points: {config: {lower-case: x}}}    => lower-case
          services: {points: {config: {QUARKUS_REDIS_HOSTS: x}}} => services/points/config
          services: {points: {secretConfig: {X: "a b"}}}   => services/points/secretConfig
          services: {points: {mysql: {username: "a'b"}}}   => services/points/mysql/username
          services: {points: null}                         => services
          services: {till: {}}                             => services
          services: {points: {api: {replicas: 11}}, x: 1}  => services
          autoscaling: {hpa: {enabled: true, cpu: 100}}    => autoscaling/hpa/cpu
          autoscaling: {hpa: {enabled: "yes"}}             => autoscaling/hpa/enabled
          autoscaling: {keda: {pollingInterval: 0}}        => autoscaling/keda/pollingInterval
          migrations: {timeout: 1}                         => migrations/timeout
          httpRoute: {enabled: true}                       => httpRoute/parentRefs
          httpRoute: {parentRefs: [{namespace: gateways}]} => httpRoute/parentRefs
          gatewayService: {type: ExternalName}             => gatewayService/type
          gatewayService: {trustedProxies: [10.0.0.1]}     => gatewayService/trustedProxies
          networkPolicy: {mysql: [mysql.example.org]}      => networkPolicy/mysql
          networkPolicy: {redis: []}                       => networkPolicy/redis
          topologySpread: [{topologyKey: zone}]            => topologySpread
          pod: {runAsUser: 0}                              => pod/runAsUser
          pod: {drainSeconds: 1}                           => pod/drainSeconds
          logs: {level: LOUD}                              => logs/level
          monitoring: {podMonitor: {interval: often}}      => monitoring/podMonitor/interval
          tracing: {endpoint: otel:4317}                   => tracing/endpoint
          tracing: {ratio: 2}                              => tracing/ratio
          test: {purchases: 0}                             => test/purchases
          local: {size: big}                               => local/size
          local: {enabled: true}                           => redis/tls
          """)
  void whatCanNotWorkIsRefusedWithItsPlace(String values, String place) {
    assertThatThrownBy(() -> Chart.dotori().render(Install.minimal().with(values)))
        .satisfies(refusal ->
            assertThat(refusal.getMessage().replace("at '/", "at '").replace(".", "/"))
                .containsIgnoringCase(place.replace(".", "/")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis: {tls: true}",
        "s3: {credentials: default}",
        "migrations: {enabled: false}",
        "autoscaling: {hpa: {enabled: true}}",
        "services: {media: {worker: {enabled: true}}}",
        "services: {media: {api: {replicas: 2}}}",
        "publicUrl: ''"
      })
  void whatALocalReleaseCanNotDoIsRefused(String values) {
    assertThatThrownBy(() -> Chart.dotori().render(Install.local().with(values)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void moreReplicasThanTheMostAreRefusedWhereAnAutoscalerIsOn() {
    Install install = Install.minimal().with("services: {points: {api: {replicas: 11}}}");

    assertThat(
            Chart.dotori().render(install).one("Deployment", "points").at("/spec/replicas").asInt())
        .isEqualTo(11);
    assertThatThrownBy(
            () -> Chart.dotori().render(install.with("autoscaling: {hpa: {enabled: true}}")))
        .hasMessageContaining("points: replicas is more than maxReplicas");
  }

  /** A value that is misspelt, at any depth, would else be ignored. */
  @Test
  void anUnknownValueIsRefusedAtAnyDepth() {
    List<String> passed = new ArrayList<>();
    int places = 0;
    for (String path : objects("", DEFAULTS)) {
      if (FREE.contains(schemaOf(path).path("$ref").asText())) {
        continue;
      }
      JsonNode values = minimal();
      ((ObjectNode) values.at(path)).put("unheardOf", 1);
      places++;
      if (accepts(values)) {
        passed.add(path);
      }
    }
    assertThat(passed).isEmpty();
    assertThat(places).isGreaterThan(50);
  }

  /** Each value in turn becomes something of another type. */
  @Test
  void aValueOfAnotherTypeIsRefused() {
    List<String> passed = new ArrayList<>();
    for (String path : leaves("", DEFAULTS)) {
      JsonNode values = minimal();
      int slash = path.lastIndexOf('/');
      ObjectNode parent = (ObjectNode) values.at(path.substring(0, slash));
      JsonNode former = parent.get(path.substring(slash + 1));
      parent.set(
          path.substring(slash + 1),
          former.isArray()
              ? JsonNodeFactory.instance.textNode("x")
              : JsonNodeFactory.instance.arrayNode());
      if (accepts(values)) {
        passed.add(path);
      }
    }
    assertThat(passed).isEmpty();
  }

  @Test
  void theSchemaKnowsNoValueThatThereIsNot() {
    List<String> unknown = new ArrayList<>();
    known("", SCHEMA, unknown);
    assertThat(unknown).isEmpty();
  }

  /**
   * By the comment before it, before the object that it is in, or by the list before `services`.
   */
  @Test
  void everyValueIsExplained() {
    Set<String> unexplained = new TreeSet<>();
    String text = Chart.dotori().read("values.yaml");
    String explained =
        String.join("\n", text.lines().filter(line -> line.trim().startsWith("#")).toList());
    for (String path : leaves("", DEFAULTS)) {
      String key = path.substring(path.lastIndexOf('/') + 1);
      if (path.startsWith("/services/")) {
        String shared = path.split("/")[3];
        if (!explained.contains(
                "#   " + (shared.equals("api") || shared.equals("worker") ? key : shared))
            && !text.matches("(?s).*# -- [^\n]*\n *" + key + ":.*")
            && !Set.of("cpu", "memory", "enabled").contains(key)) {
          unexplained.add(path);
        }
      } else if (!isExplained(text, path)) {
        unexplained.add(path);
      }
    }
    assertThat(unexplained).isEmpty();
  }

  /** What the schema says of a value is what values.yaml says. */
  @Test
  void theSchemaDescribesValuesAsTheFileDoes() {
    String comments =
        String.join(
                " ",
                Chart.dotori()
                    .read("values.yaml")
                    .lines()
                    .map(String::trim)
                    .filter(line -> line.startsWith("#"))
                    .map(line -> line.replaceFirst("# ?(-- )?", "").trim())
                    .toList())
            .replaceAll("\\s+", " ");
    List<String> other = new ArrayList<>();
    descriptions("", SCHEMA.path("properties"), other, comments);
    assertThat(other).isEmpty();
  }

  @Test
  void anOlderKubernetesIsRefused() {
    assertThat(Yaml.parse(Chart.dotori().read("Chart.yaml")).path("kubeVersion").asText())
        .startsWith(">=1.30");
    Chart older = Chart.dotori().withFault("Chart.yaml", ">=1.30.0-0", ">=1.31.0-0");

    assertThatThrownBy(() -> older.render(Install.minimal()))
        .hasMessageContaining("incompatible with Kubernetes");
  }

  @Test
  void whatToDoNextIsSaid() {
    String notes =
        Chart.dotori()
            .notes(Install.production().with("gatewayService: {trustedProxies: [10.0.0.0/8]}"));

    assertThat(notes)
        .contains(
            "helm -n shop test dotori",
            "get secret dotori-members",
            "WARNING: mail.host is not set")
        .doesNotContain("trustedProxies is empty");
    assertThat(Chart.dotori().notes(Install.local()))
        .contains(
            "service/dotori-sandbox", "delete pvc,secret -l app.kubernetes.io/instance=dotori");
  }

  private static boolean accepts(JsonNode values) {
    return VALIDATOR.validate(values.toString(), InputFormat.JSON).isEmpty();
  }

  private static JsonNode minimal() {
    JsonNode values = Values.of(Install.minimal()).deepCopy();
    assertThat(accepts(values)).isTrue();
    return values;
  }

  private static List<String> objects(String path, JsonNode node) {
    List<String> paths = new ArrayList<>();
    if (node.isObject()) {
      paths.add(path);
      node.properties()
          .forEach(field -> paths.addAll(objects(path + "/" + field.getKey(), field.getValue())));
    }
    return paths;
  }

  private static List<String> leaves(String path, JsonNode node) {
    List<String> paths = new ArrayList<>();
    if (node.isObject()
        && (!node.isEmpty() || path.isEmpty())
        && !FREE.contains(schemaOf(path).path("$ref").asText())) {
      node.properties()
          .forEach(field -> paths.addAll(leaves(path + "/" + field.getKey(), field.getValue())));
    } else {
      paths.add(path);
    }
    return paths;
  }

  private static JsonNode schemaOf(String path) {
    JsonNode schema = SCHEMA;
    for (String step : path.isEmpty() ? new String[0] : path.substring(1).split("/")) {
      schema = resolved(schema).path("properties").path(step);
    }
    return schema;
  }

  private static JsonNode resolved(JsonNode schema) {
    String reference = schema.path("$ref").asText();
    return reference.isEmpty() ? schema : SCHEMA.at(reference.substring(1));
  }

  private static void known(String path, JsonNode schema, List<String> unknown) {
    for (Map.Entry<String, JsonNode> property : resolved(schema).path("properties").properties()) {
      String inner = path + "/" + property.getKey();
      // Helm's own, which every chart may be given.
      if (DEFAULTS.at(inner).isMissingNode() && !inner.equals("/global")) {
        unknown.add(inner);
      } else {
        known(inner, property.getValue(), unknown);
      }
    }
  }

  private static boolean isExplained(String text, String path) {
    String[] steps = path.substring(1).split("/");
    // A comment right before the key, or before one that it is in.
    for (String step : steps) {
      if (text.matches("(?s).*# [^\n]*\n *(- )?" + step + ":.*")) {
        return true;
      }
    }
    // A short list whose first has the comment, such as networks, or a value that says itself what
    // it is.
    return Set.of(
                "port",
                "region",
                "pullPolicy",
                "className",
                "annotations",
                "from",
                "enabled",
                "size")
            .contains(steps[steps.length - 1])
        || path.startsWith("/networkPolicy/");
  }

  private static void descriptions(
      String path, JsonNode properties, List<String> other, String comments) {
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      String description = property.getValue().path("description").asText().replaceAll("\\s+", " ");
      if (!description.isEmpty() && !comments.contains(description)) {
        other.add(path + "/" + property.getKey() + ": " + description);
      }
      descriptions(
          path + "/" + property.getKey(), property.getValue().path("properties"), other, comments);
    }
  }
}
