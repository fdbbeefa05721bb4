package dev.dotori.gateway.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.dotori.gateway.document.OpenApi.Operation;
import dev.dotori.gateway.document.Resources.Call;
import dev.dotori.gateway.document.Resources.Component;
import dev.dotori.gateway.document.Resources.Shape;
import dev.dotori.gateway.routing.Access;
import dev.dotori.gateway.routing.RequestPath;
import dev.dotori.gateway.routing.Route;
import dev.dotori.gateway.routing.RoutingTable;
import dev.dotori.gateway.routing.Service;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The document says what the services do: the same calls, for the same roles, with the same bodies
 * and answers. It is read from {@code docs/openapi.yaml}, the services from their sources.
 */
class OpenApiTest {

  private static final Map<String, Service> TAGS =
      Map.of(
          "Identity", Service.MEMBERS,
          "Points", Service.POINTS,
          "Posting", Service.POSTING,
          "Social share", Service.SOCIAL_SHARE,
          "Media", Service.MEDIA,
          "Live and operations", Service.GATEWAY);

  /** What the gateway answers without a resource class. */
  private static final Set<String> WITHOUT_RESOURCE = Set.of("GET /v1/events");

  private static final Pattern VARIABLE = Pattern.compile("\\{[^}]+}");

  private static OpenApi document;
  private final RoutingTable routes = new RoutingTable();

  @BeforeAll
  static void read() throws IOException {
    document = OpenApi.load();
  }

  // ---- the same calls

  @ParameterizedTest
  @EnumSource
  void hasEveryCallThatAServiceAnswersAndNoOther(Service service) throws IOException {
    Set<String> answered =
        Resources.of(service).calls().stream()
            .filter(call -> isReachable(call, service))
            .map(call -> canonical(call.method(), call.path()))
            .collect(Collectors.toCollection(TreeSet::new));

    Set<String> documented =
        document.operations().stream()
            .filter(operation -> TAGS.get(operation.tag()) == service)
            .map(operation -> canonical(operation.method(), operation.path()))
            .filter(call -> !WITHOUT_RESOURCE.contains(call))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented)
        .as("calls of %s in docs/openapi.yaml, as its resource classes have them", service)
        .isEqualTo(answered);
    assertThat(answered).isNotEmpty();
  }

  @Test
  void saysOfEachCallWhoseItIsAsTheRoutingTableDoes() {
    for (Operation operation : document.operations()) {
      Optional<Route> route = route(operation.method(), operation.path());
      assertThat(route).as("a route for " + operation).isPresent();
      assertThat(route.get().service())
          .as("service of " + operation)
          .isEqualTo(TAGS.get(operation.tag()));
      if (isOpen(operation)) {
        assertThat(route.get().access()).as("access to " + operation).isEqualTo(Access.ANYONE);
      }
    }
  }

  // ---- for the same callers

  @ParameterizedTest
  @EnumSource
  void saysWhoMayMakeEachCall(Service service) throws IOException {
    forEachCall(
        service,
        (call, operation) -> {
          assertThat(operation.roles()).as("roles of " + call).isEqualTo(call.roles());
          assertThat(isOpen(operation) || takesBasic(operation))
              .as("whether anyone may " + call)
              .isEqualTo(call.open());
          if (!call.open()) {
            assertThat(statuses(operation)).as("answers of " + call).contains("401");
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void saysWhichCallsNeedAnIdempotencyKey(Service service) throws IOException {
    forEachCall(
        service,
        (call, operation) -> {
          boolean documented =
              operation.parameters().stream()
                  .anyMatch(parameter ->
                      parameter.get("name").asText().equals("Idempotency-Key")
                          && parameter.get("required").asBoolean());
          assertThat(documented)
              .as("whether %s needs an Idempotency-Key", call)
              .isEqualTo(call.idempotent());
          if (call.idempotent()) {
            assertThat(statuses(operation)).as("answers of " + call).contains("400", "409", "422");
          }
        });
  }

  // ---- the same bodies and answers

  @ParameterizedTest
  @EnumSource
  void hasTheFieldsOfEachBody(Service service) throws IOException {
    Map<String, List<Component>> records = Resources.of(service).records();
    forEachCall(
        service,
        (call, operation) -> {
          JsonNode schema = operation.node().at("/requestBody/content/application~1json/schema");
          assertThat(!schema.isMissingNode())
              .as("whether %s takes a body", call)
              .isEqualTo(call.body() != null);
          if (call.body() != null) {
            List<Component> fields = records.get(call.body());
            assertThat(document.properties(schema))
                .as("fields of the body of " + call)
                .isEqualTo(names(fields));
            assertThat(document.required(schema))
                .as("required fields of the body of " + call)
                .isEqualTo(names(fields.stream().filter(Component::required).toList()));
            assertThat(document.resolve(schema).path("additionalProperties").asBoolean(true))
                .as("whether the body of %s may have other fields", call)
                .isFalse();
            assertThat(statuses(operation)).as("answers of " + call).contains("400");
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void hasTheFieldsOfEachAnswer(Service service) throws IOException {
    Map<String, List<Component>> records = Resources.of(service).records();
    forEachCall(
        service,
        (call, operation) -> {
          if (call.shape() == Shape.NOTHING) {
            assertThat(statuses(operation)).as("answers of " + call).contains("204");
            return;
          }
          List<Component> fields = call.answer() == null ? null : records.get(call.answer());
          if (fields == null) {
            return;
          }
          JsonNode schema = success(operation).at("/content/application~1json/schema");
          JsonNode item =
              switch (call.shape()) {
                case PAGE -> document.resolve(schema).at("/properties/items/items");
                case LIST -> document.resolve(schema).get("items");
                case ONE, UNKNOWN, NOTHING -> schema;
              };
          assertThat(item).as("the answer of " + call).isNotNull();
          assertThat(document.properties(item))
              .as("fields of the answer of " + call)
              .isEqualTo(names(fields));
        });
  }

  // ---- a document that tools can read

  @Test
  void isOfOpenApi31AndWhole() {
    assertThat(document.root().get("openapi").asText()).startsWith("3.1.");
    assertThat(document.references())
        .isNotEmpty()
        .allSatisfy(reference ->
            assertThat(document.root().at(reference.substring(1)).isMissingNode())
                .as(reference + " leads nowhere")
                .isFalse());
    Set<String> ids = new HashSet<>();
    for (Operation operation : document.operations()) {
      assertThat(ids.add(operation.node().get("operationId").asText()))
          .as(operation.toString())
          .isTrue();
      assertThat(operation.node().get("summary").asText()).as(operation.toString()).isNotBlank();
      assertThat(operation.node().get("responses").has("default"))
          .as(operation.toString())
          .isTrue();
      assertThat(statuses(operation)).as(operation.toString()).anyMatch(it -> it.matches("[23].."));
      Set<String> variables = new TreeSet<>();
      Matcher matcher = VARIABLE.matcher(operation.path());
      while (matcher.find()) {
        variables.add(matcher.group().substring(1, matcher.group().length() - 1));
      }
      Set<String> declared =
          operation.parameters().stream()
              .filter(parameter -> parameter.get("in").asText().equals("path"))
              .map(parameter -> parameter.get("name").asText())
              .collect(Collectors.toSet());
      assertThat(declared).as("path parameters of " + operation).isEqualTo(variables);
    }
  }

  @Test
  void usesAllThatItDefines() {
    Set<String> used = document.references();
    for (String kind : List.of("schemas", "responses", "parameters", "headers")) {
      document
          .root()
          .at("/components/" + kind)
          .fieldNames()
          .forEachRemaining(name -> assertThat(used).contains("#/components/" + kind + "/" + name));
    }
  }

  @Test
  void refusesAlwaysWithAProblem() {
    for (Operation operation : document.operations()) {
      operation
          .node()
          .get("responses")
          .properties()
          .forEach(answer -> {
            if (!answer.getKey().matches("[23]..") && !takesBasic(operation)) {
              assertThat(
                      document.resolve(answer.getValue()).at("/content/application~1problem+json"))
                  .as(operation + " " + answer.getKey())
                  .isNotEmpty();
            }
          });
    }
  }

  @Test
  void givesExamplesThatFitTheirSchemas() {
    List<JsonNode> media = new ArrayList<>();
    for (JsonNode each : document.root().findParents("example")) {
      if (each.has("schema")) {
        media.add(each);
      }
    }
    assertThat(media).hasSizeGreaterThan(20);
    for (JsonNode each : media) {
      ObjectNode schema = new ObjectMapper().createObjectNode();
      schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
      schema.set("allOf", schema.arrayNode().add(each.get("schema")));
      schema.set("components", document.root().get("components"));
      Schema checked =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(schema.toString(), InputFormat.JSON);
      assertThat(checked.validate(each.get("example").toString(), InputFormat.JSON))
          .as(each.get("example").toString())
          .isEmpty();
    }
  }

  // ---- how the two are compared

  private interface Comparison {
    void compare(Call call, Operation operation);
  }

  private void forEachCall(Service service, Comparison comparison) throws IOException {
    Map<String, Operation> documented = new LinkedHashMap<>();
    document
        .operations()
        .forEach(operation ->
            documented.put(canonical(operation.method(), operation.path()), operation));
    for (Call call : Resources.of(service).calls()) {
      Operation operation = documented.get(canonical(call.method(), call.path()));
      // One that is missing is another test's finding.
      if (operation != null && isReachable(call, service)) {
        comparison.compare(call, operation);
      }
    }
  }

  private boolean isReachable(Call call, Service service) {
    return route(call.method(), call.path())
        .filter(route -> route.service() == service)
        .isPresent();
  }

  private Optional<Route> route(String method, String path) {
    String asked = VARIABLE.matcher(path).replaceAll("7");
    return routes.find(HttpMethod.valueOf(method), RequestPath.parse(asked));
  }

  private static String canonical(String method, String path) {
    return method + " " + VARIABLE.matcher(path).replaceAll("{}");
  }

  private static Set<String> names(List<Component> fields) {
    return fields.stream().map(Component::name).collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isOpen(Operation operation) {
    JsonNode security = operation.node().get("security");
    if (security == null) {
      return false;
    }
    boolean anonymous = security.isEmpty();
    for (JsonNode alternative : security) {
      anonymous |= alternative.isEmpty();
    }
    return anonymous;
  }

  private static boolean takesBasic(Operation operation) {
    return operation.node().at("/security/0").has("client");
  }

  private static List<String> statuses(Operation operation) {
    List<String> statuses = new ArrayList<>();
    operation.node().get("responses").fieldNames().forEachRemaining(statuses::add);
    return statuses;
  }

  private JsonNode success(Operation operation) {
    return operation.node().get("responses").properties().stream()
        .filter(answer -> answer.getKey().startsWith("2"))
        .map(Map.Entry::getValue)
        .map(document::resolve)
        .findFirst()
        .orElseThrow();
  }
}
