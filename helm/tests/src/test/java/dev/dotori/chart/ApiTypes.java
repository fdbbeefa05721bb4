package dev.dotori.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Holds objects to the types of the Kubernetes API more strictly than an API server does: a field
 * that a type doesn't have, a value of another type and a required field that is missing are each a
 * fault, at any depth.
 *
 * <p>The types are those of the client that the services use; they keep unknown fields rather than
 * refuse them, which is turned off here, and don't know what is required, which Kubernetes' own
 * types do. KEDA has no such types, so what the chart may say of it is written down as JSON
 * Schemas.
 */
final class ApiTypes {
  private interface Check {
    void accept(JsonElement json) throws IOException;
  }

  private record Type(Class<?> type, Check required) {}

  /** Nothing is required of the custom ones that their operators wouldn't say at once. */
  private static final Check NOTHING = json -> {};

  private static final Map<String, Type> TYPES =
      Map.ofEntries(
          Map.entry("v1/ConfigMap", new Type(ConfigMap.class, V1ConfigMap::validateJsonElement)),
          Map.entry("v1/Pod", new Type(Pod.class, V1Pod::validateJsonElement)),
          Map.entry("v1/Secret", new Type(Secret.class, V1Secret::validateJsonElement)),
          Map.entry("v1/Service", new Type(Service.class, V1Service::validateJsonElement)),
          Map.entry(
              "v1/ServiceAccount",
              new Type(ServiceAccount.class, V1ServiceAccount::validateJsonElement)),
          Map.entry(
              "apps/v1/Deployment", new Type(Deployment.class, V1Deployment::validateJsonElement)),
          Map.entry(
              "apps/v1/StatefulSet",
              new Type(StatefulSet.class, V1StatefulSet::validateJsonElement)),
          Map.entry("batch/v1/Job", new Type(Job.class, V1Job::validateJsonElement)),
          Map.entry(
              "autoscaling/v2/HorizontalPodAutoscaler",
              new Type(
                  HorizontalPodAutoscaler.class, V2HorizontalPodAutoscaler::validateJsonElement)),
          Map.entry(
              "networking.k8s.io/v1/NetworkPolicy",
              new Type(NetworkPolicy.class, V1NetworkPolicy::validateJsonElement)),
          Map.entry(
              "networking.k8s.io/v1/Ingress",
              new Type(Ingress.class, V1Ingress::validateJsonElement)),
          Map.entry(
              "policy/v1/PodDisruptionBudget",
              new Type(PodDisruptionBudget.class, V1PodDisruptionBudget::validateJsonElement)),
          Map.entry(
              "rbac.authorization.k8s.io/v1/Role",
              new Type(Role.class, V1Role::validateJsonElement)),
          Map.entry(
              "rbac.authorization.k8s.io/v1/RoleBinding",
              new Type(RoleBinding.class, V1RoleBinding::validateJsonElement)),
          Map.entry("gateway.networking.k8s.io/v1/HTTPRoute", new Type(HTTPRoute.class, NOTHING)),
          Map.entry("monitoring.coreos.com/v1/PodMonitor", new Type(PodMonitor.class, NOTHING)),
          Map.entry(
              "monitoring.coreos.com/v1/PrometheusRule", new Type(PrometheusRule.class, NOTHING)));

  private static final Map<String, Schema> SCHEMAS =
      Map.of(
          "keda.sh/v1alpha1/ScaledObject", schema("/keda/scaledobject.schema.json"),
          "keda.sh/v1alpha1/TriggerAuthentication",
              schema("/keda/triggerauthentication.schema.json"));

  private static final ObjectMapper STRICT = strict();

  private ApiTypes() {}

  static List<String> violations(Rendering rendering) {
    return rendering.objects().stream().flatMap(object -> violations(object).stream()).toList();
  }

  static List<String> violations(Manifest object) {
    List<String> violations = new ArrayList<>();
    String kind = object.apiVersion() + "/" + object.kind();
    if (SCHEMAS.containsKey(kind)) {
      SCHEMAS
          .get(kind)
          .validate(object.json().toString(), InputFormat.JSON)
          .forEach(error -> violations.add(object + ": " + error));
    } else if (TYPES.containsKey(kind)) {
      check(object, TYPES.get(kind), violations);
    } else {
      violations.add(object + ": the chart makes no " + kind);
    }
    return violations;
  }

  private static void check(Manifest object, Type type, List<String> violations) {
    try {
      JsonNode again = STRICT.valueToTree(STRICT.treeToValue(object.json(), type.type()));
      difference("", pruned(object.json()), pruned(again), object, violations);
    } catch (JsonProcessingException e) {
      violations.add(object + ": " + e.getMessage().lines().findFirst().orElse(""));
    }
    try {
      type.required().accept(JsonParser.parseString(object.json().toString()));
    } catch (IllegalArgumentException | IllegalStateException | IOException e) {
      violations.add(object + ": " + e.getMessage());
    }
  }

  /** What a type doesn't hold as it was given, it has understood otherwise. */
  private static void difference(
      String path, JsonNode given, JsonNode held, Manifest object, List<String> violations) {
    if (given.isObject() && held.isObject()) {
      given
          .properties()
          .forEach(field ->
              difference(
                  path + "/" + field.getKey(),
                  field.getValue(),
                  held.path(field.getKey()),
                  object,
                  violations));
    } else if (given.isArray() && held.isArray() && given.size() == held.size()) {
      for (int i = 0; i < given.size(); i++) {
        difference(path + "/" + i, given.get(i), held.get(i), object, violations);
      }
    } else if (!given.equals(held)
        && !(given.isNumber() && held.isNumber() && given.asDouble() == held.asDouble())) {
      violations.add(object + ": " + path + " is " + given + ", which the API holds as " + held);
    }
  }

  /** Without empty objects and lists, which the types leave out when they are written. */
  private static JsonNode pruned(JsonNode node) {
    JsonNode copy = node.deepCopy();
    prune(copy);
    return copy;
  }

  private static boolean prune(JsonNode node) {
    switch (node) {
      case ObjectNode object -> {
        for (Iterator<JsonNode> fields = object.elements(); fields.hasNext(); ) {
          if (prune(fields.next())) {
            fields.remove();
          }
        }
        return object.isEmpty();
      }
      case ArrayNode array -> {
        array.forEach(ApiTypes::prune);
        return array.isEmpty();
      }
      default -> {
        return node.isNull();
      }
    }
  }

  private static ObjectMapper strict() {
    JsonMapper mapper =
        JsonMapper.builder()
            .annotationIntrospector(
                new JacksonAnnotationIntrospector() {
                  private static final long serialVersionUID = 1L;

                  @Override
                  public Boolean hasAnySetter(Annotated member) {
                    return false;
                  }
                })
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES)
            .build();
    for (CoercionInputShape shape :
        List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)) {
      mapper.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail);
    }
    return mapper;
  }

  private static Schema schema(String resource) {
    try (var stream = ApiTypes.class.getResourceAsStream(resource)) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(stream);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
