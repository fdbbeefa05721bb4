package dev.dotori.gateway.ops.workload;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.gateway.UpstreamTestResource;
import dev.dotori.gateway.ops.OpsConfig;
import dev.dotori.local.test.RedisTestResource;
import dev.dotori.local.test.TestTokens;
import dev.dotori.local.test.TokenTestResource;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerListBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.test.kubernetes.client.KubernetesServer;
import io.quarkus.test.kubernetes.client.KubernetesTestServer;
import io.quarkus.test.kubernetes.client.WithKubernetesTestServer;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an operator sees and scales what a cluster runs, within the rights that the chart gives. */
@QuarkusTest
@TestProfile(WorkloadTest.OnKubernetes.class)
@WithTestResource(UpstreamTestResource.class)
@WithTestResource(TokenTestResource.class)
@WithTestResource(RedisTestResource.class)
@WithKubernetesTestServer(crud = false)
class WorkloadTest {

  private static final String PODS =
      "/api/v1/namespaces/test/pods?labelSelector=app.kubernetes.io%2Finstance%3Ddotori";
  private static final String AUTOSCALERS =
      "/apis/autoscaling/v2/namespaces/test/horizontalpodautoscalers";
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/test/deployments/dotori-";

  /** Two workloads, on an API server that must answer within a second or two. */
  public static class OnKubernetes implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "dotori.ops.platform", "kubernetes",
          "dotori.ops.release", "dotori",
          "dotori.ops.workloads", "gateway,points,points-worker",
          "dotori.ops.max-replicas", "20",
          // No test of HTTP is about a cluster that is slow, and the machine may be.
          "dotori.ops.timeout", "60s",
          "quarkus.kubernetes-client.request-timeout", "60S",
          "dotori.gateway.limits.redis-timeout", "5s",
          "quarkus.log.category.\"io.fabric8.mockwebserver\".level", "WARN");
    }
  }

  @Inject KubernetesClient client;
  @KubernetesTestServer KubernetesServer cluster;

  @BeforeEach
  void forget() throws InterruptedException {
    cluster.getKubernetesMockServer().clearExpectations();
    requests();
  }

  @AfterEach
  void nothingWasAskedThatTheRoleForbids() throws Exception {
    Rights rights = Rights.ofTheGateway();
    assertThat(requests())
        .allSatisfy(request ->
            assertThat(rights.allow(request.getMethod(), request.getPath()))
                .as(request.getMethod() + " " + request.getPath())
                .isTrue());
  }

  // ---- seeing

  @Test
  void showsHowEachWorkloadStands() {
    has(deployment("gateway", 2, 3, 2));
    has(deployment("points", 3, 7, 2));
    has(deployment("points-worker", 1, 2, 1));
    hasPods(
        pod("gateway", "g1", true, 0, null),
        pod("points", "p1", true, 0, null),
        pod("points", "p2", true, 2, null),
        pod("points", "p3", false, 5, "CrashLoopBackOff"),
        pod("points-worker", "w1", true, 0, null));
    hasAutoscalers();

    list()
        .statusCode(200)
        .body("items.name", contains("gateway", "points", "points-worker"))
        .body("items[1].image", equalTo("registry.example/dotori/points:1.0"))
        .body("items[1].version", equalTo("7"))
        .body("items[1].replicas.desired", equalTo(3))
        .body("items[1].replicas.ready", equalTo(2))
        .body("items[1].replicas.available", equalTo(2))
        .body("items[1].ready", equalTo(false))
        .body("items[1].restarts", equalTo(7))
        .body("items[1].scaledBy.kind", equalTo("operator"))
        .body("items[1].instances.name", contains("p1", "p2", "p3"))
        .body("items[1].instances[2].state", equalTo("CrashLoopBackOff"))
        .body("items[1].instances[2].ready", equalTo(false))
        .body("items[1].instances[0].state", equalTo("Running"))
        .body("items[1].instances[0].startedAt", equalTo("2026-11-22T09:30:00Z"))
        .body("items[2].ready", equalTo(true))
        .body("next", nullValue());
  }

  @Test
  void showsWhoScales() {
    has(deployment("gateway", 2, 3, 2));
    has(deployment("points", 3, 7, 3));
    has(deployment("points-worker", 1, 2, 1));
    hasPods();
    hasAutoscalers(hpaOf("points"), kedaOf("points-worker"));

    list()
        .statusCode(200)
        .body("items[0].scaledBy.kind", equalTo("operator"))
        .body("items[0].scaledBy.name", nullValue())
        .body("items[1].scaledBy.kind", equalTo("hpa"))
        .body("items[1].scaledBy.name", equalTo("dotori-points"))
        .body("items[1].scaledBy.minReplicas", equalTo(2))
        .body("items[1].scaledBy.maxReplicas", equalTo(10))
        .body("items[2].scaledBy.kind", equalTo("keda"))
        .body("items[2].scaledBy.name", equalTo("dotori-points-worker"));
  }

  @Test
  void leavesOutWhatIsNotDeployed() {
    has(deployment("points", 1, 1, 1));
    hasPods();
    hasAutoscalers();

    list().statusCode(200).body("items.name", contains("points"));
  }

  @Test
  void isNotReadyUntilAChangeIsSeenThrough() {
    Deployment changed = deployment("points", 2, 8, 2);
    changed.getStatus().setObservedGeneration(7L);
    has(changed);
    hasPods();
    hasAutoscalers();

    list().statusCode(200).body("items[0].ready", equalTo(false));
  }

  // ---- scaling

  @Test
  void scalesWhatNothingElseScales() throws Exception {
    hasOnce(deployment("points", 2, 7, 2));
    has(deployment("points", 4, 8, 2));
    hasPods();
    hasAutoscalers(kedaOf("points-worker"));
    takesScale("points", 200);

    scale("points", "{\"replicas\": 4}")
        .statusCode(200)
        .header("ETag", equalTo("\"8\""))
        .body("name", equalTo("points"))
        .body("replicas.desired", equalTo(4))
        .body("ready", equalTo(false));

    RecordedRequest put =
        requests().stream()
            .filter(request -> request.getMethod().equals("PUT"))
            .findFirst()
            .orElseThrow();
    Scale sent = Serialization.unmarshal(put.getUtf8Body(), Scale.class);
    assertThat(put.getPath()).isEqualTo(DEPLOYMENTS + "points/scale");
    assertThat(sent.getSpec().getReplicas()).isEqualTo(4);
    assertThat(sent.getMetadata().getResourceVersion()).isEqualTo("1007");
  }

  @Test
  void changesNothingWhenItIsSoAlready() throws Exception {
    has(deployment("points", 2, 7, 2));
    hasPods();
    hasAutoscalers();

    scale("points", "{\"replicas\": 2}").statusCode(200).body("replicas.desired", equalTo(2));

    assertThat(requests()).noneMatch(request -> request.getMethod().equals("PUT"));
  }

  @Test
  void looksAgainWhenTheDeploymentChangedMeanwhile() {
    hasOnce(deployment("points", 2, 7, 2));
    hasOnce(deployment("points", 2, 8, 2));
    has(deployment("points", 4, 9, 4));
    hasPods();
    hasAutoscalers();
    takesScaleOnce("points", 409);
    takesScale("points", 200);

    scale("points", "{\"replicas\": 4}").statusCode(200).header("ETag", equalTo("\"9\""));
  }

  @Test
  void refusesWhenTheVersionIsNotTheOneThatWasRead() throws Exception {
    has(deployment("points", 2, 7, 2));
    hasPods();
    hasAutoscalers();

    operator()
        .header("If-Match", "\"6\"")
        .body("{\"replicas\": 4}")
        .put("/v1/ops/services/points/scale")
        .then()
        .statusCode(412)
        .body("type", equalTo("/problems/stale"));
    assertThat(requests()).noneMatch(request -> request.getMethod().equals("PUT"));
  }

  @Test
  void leavesToKedaWhatKedaScales() throws Exception {
    has(deployment("points-worker", 2, 7, 2));
    hasPods();
    hasAutoscalers(kedaOf("points-worker"));

    scale("points-worker", "{\"replicas\": 4}")
        .statusCode(409)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/autoscaled"))
        .body("detail", containsString("KEDA"))
        .body("detail", containsString("between 2 and 10 replicas"));
    assertThat(requests()).noneMatch(request -> request.getMethod().equals("PUT"));
  }

  @Test
  void leavesToAnAutoscalerWhatItScales() throws Exception {
    has(deployment("points", 2, 7, 2));
    hasPods();
    hasAutoscalers(hpaOf("points"));

    scale("points", "{\"replicas\": 4}")
        .statusCode(409)
        .body("type", equalTo("/problems/autoscaled"))
        .body("detail", containsString("HorizontalPodAutoscaler dotori-points"));
    assertThat(requests()).noneMatch(request -> request.getMethod().equals("PUT"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"replicas\": -1}",
        "{\"replicas\": 21}",
        "{\"replicas\": 1.5}",
        "{\"replicas\": \"3\"}",
        "{\"replicas\": null}",
        "{\"replicas\": 99999999999}",
        "{\"replicas\": 2, \"force\": true}",
        "{}"
      })
  void refusesNonsenseBeforeTheClusterIsAsked(String body) throws Exception {
    scale("points", body)
        .statusCode(400)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/invalid-request"))
        .body("violations", notNullValue());
    assertThat(requests()).isEmpty();
  }

  @Test
  void keepsAGatewayThatCanBeAskedForMore() throws Exception {
    scale("gateway", "{\"replicas\": 0}")
        .statusCode(400)
        .body("violations[0].field", equalTo("replicas"));
    assertThat(requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "mysql", "dotori-points", "points-worker-worker"})
  void knowsOnlyItsOwnWorkloads(String name) throws Exception {
    scale(name, "{\"replicas\": 1}").statusCode(404).body("type", equalTo("/problems/not-found"));
    assertThat(requests()).isEmpty();
  }

  // ---- a cluster that does not answer

  @Test
  void saysThatTheClusterRefusesAndNotInItsWords() {
    refuses(DEPLOYMENTS + "points", 403);
    hasPods();
    hasAutoscalers();

    list()
        .statusCode(503)
        .contentType("application/problem+json")
        .body("type", equalTo("/problems/platform-unavailable"))
        .body("detail", containsString("Role"))
        .body("detail", not(containsString("system:serviceaccount")));
  }

  @Test
  void saysThatTheClusterIsAwayWhenItFails() {
    hasPods();
    refuses(AUTOSCALERS, 500);
    has(deployment("points", 1, 1, 1));

    list()
        .statusCode(503)
        .header("Retry-After", notNullValue())
        .body("type", equalTo("/problems/platform-unavailable"))
        .body("detail", not(containsString("system:serviceaccount")));
  }

  @Test
  void waitsNoLongerThanItMay() {
    hasPods();
    hasAutoscalers();
    cluster
        .expect()
        .get()
        .delay(60_000)
        .withPath(DEPLOYMENTS + "points")
        .andReturn(200, deployment("points", 1, 1, 1))
        .always();
    Platform impatient = new KubernetesPlatform(client, new Impatient());

    long began = System.nanoTime();
    assertThatThrownBy(impatient::workloads)
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.type()).isEqualTo(WorkloadProblems.PLATFORM_UNAVAILABLE));
    // The limit is a second; without it the answer would take 60.
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)).isLessThan(40);
  }

  /** Settings that let the cluster have a second. */
  private static final class Impatient implements OpsConfig {
    @Override
    public PlatformKind platform() {
      return PlatformKind.KUBERNETES;
    }

    @Override
    public Optional<String> release() {
      return Optional.of("dotori");
    }

    @Override
    public Optional<Set<String>> workloads() {
      return Optional.of(Set.of("points"));
    }

    @Override
    public int maxReplicas() {
      return 20;
    }

    @Override
    public Duration timeout() {
      return Duration.ofSeconds(1);
    }
  }

  // ---- who may

  @Test
  void isForOperatorsOnly() throws Exception {
    for (String token :
        List.of(TestTokens.member(UUID.randomUUID()), TestTokens.store(UUID.randomUUID()))) {
      given()
          .auth()
          .preemptive()
          .oauth2(token)
          .get("/v1/ops/services")
          .then()
          .statusCode(403)
          .contentType("application/problem+json")
          .body("type", equalTo("/problems/forbidden"));
      given()
          .auth()
          .preemptive()
          .oauth2(token)
          .contentType("application/json")
          .body("{\"replicas\": 3}")
          .put("/v1/ops/services/points/scale")
          .then()
          .statusCode(403);
    }
    given()
        .get("/v1/ops/services")
        .then()
        .statusCode(401)
        .body("type", equalTo("/problems/unauthenticated"));
    assertThat(requests()).isEmpty();
  }

  // ---- the cluster

  private void has(Deployment deployment) {
    cluster.expect().get().withPath(path(deployment)).andReturn(200, deployment).always();
  }

  private void hasOnce(Deployment deployment) {
    cluster.expect().get().withPath(path(deployment)).andReturn(200, deployment).once();
  }

  private static String path(Deployment deployment) {
    return DEPLOYMENTS + deployment.getMetadata().getName().substring("dotori-".length());
  }

  private void hasPods(Pod... pods) {
    cluster
        .expect()
        .get()
        .withPath(PODS)
        .andReturn(200, new PodListBuilder().withItems(pods).build())
        .always();
  }

  private void hasAutoscalers(HorizontalPodAutoscaler... autoscalers) {
    cluster
        .expect()
        .get()
        .withPath(AUTOSCALERS)
        .andReturn(200, new HorizontalPodAutoscalerListBuilder().withItems(autoscalers).build())
        .always();
  }

  private void takesScale(String name, int status) {
    cluster
        .expect()
        .put()
        .withPath(DEPLOYMENTS + name + "/scale")
        .andReturn(status, new Scale())
        .always();
  }

  private void takesScaleOnce(String name, int status) {
    cluster
        .expect()
        .put()
        .withPath(DEPLOYMENTS + name + "/scale")
        .andReturn(status, failure(status))
        .once();
  }

  private void refuses(String path, int status) {
    cluster.expect().get().withPath(path).andReturn(status, failure(status)).always();
  }

  private static Object failure(int status) {
    return new StatusBuilder()
        .withStatus("Failure")
        .withCode(status)
        .withMessage("User \"system:serviceaccount:test:dotori-gateway\" cannot do this")
        .build();
  }

  private static Deployment deployment(String name, int replicas, long generation, int ready) {
    Map<String, String> selector =
        Map.of("app.kubernetes.io/instance", "dotori", "app.kubernetes.io/name", name);
    return new DeploymentBuilder()
        .withNewMetadata()
        .withName("dotori-" + name)
        .withNamespace("test")
        .withGeneration(generation)
        .withResourceVersion(String.valueOf(1000 + generation))
        .endMetadata()
        .withNewSpec()
        .withReplicas(replicas)
        .withNewSelector()
        .withMatchLabels(selector)
        .endSelector()
        .withNewTemplate()
        .withNewSpec()
        .addNewContainer()
        .withName(name)
        .withImage("registry.example/dotori/" + name + ":1.0")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .withNewStatus()
        .withObservedGeneration(generation)
        .withReplicas(replicas)
        .withUpdatedReplicas(replicas)
        .withReadyReplicas(ready)
        .withAvailableReplicas(ready)
        .endStatus()
        .build();
  }

  private static Pod pod(String of, String name, boolean ready, int restarts, String waiting) {
    ContainerStatusBuilder container =
        new ContainerStatusBuilder().withName(of).withRestartCount(restarts).withReady(ready);
    container =
        waiting == null
            ? container.withNewState().withNewRunning().endRunning().endState()
            : container.withNewState().withNewWaiting(null, waiting).endState();
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("app.kubernetes.io/instance", "dotori")
        .addToLabels("app.kubernetes.io/name", of)
        .endMetadata()
        .withNewStatus()
        .withPhase("Running")
        .withStartTime("2026-11-22T09:30:00Z")
        .addNewCondition()
        .withType("Ready")
        .withStatus(ready ? "True" : "False")
        .endCondition()
        .withContainerStatuses(container.build())
        .endStatus()
        .build();
  }

  private static HorizontalPodAutoscaler hpaOf(String name) {
    return autoscaler("dotori-" + name, name, Map.of());
  }

  private static HorizontalPodAutoscaler kedaOf(String name) {
    return autoscaler(
        "keda-hpa-dotori-" + name, name, Map.of("scaledobject.keda.sh/name", "dotori-" + name));
  }

  private static HorizontalPodAutoscaler autoscaler(
      String name, String target, Map<String, String> labels) {
    return new HorizontalPodAutoscalerBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withMinReplicas(2)
        .withMaxReplicas(10)
        .withNewScaleTargetRef("apps/v1", "Deployment", "dotori-" + target)
        .endSpec()
        .build();
  }

  /** What the cluster was asked since it was looked at last. */
  private List<RecordedRequest> requests() throws InterruptedException {
    List<RecordedRequest> requests = new ArrayList<>();
    for (RecordedRequest request = next(); request != null; request = next()) {
      requests.add(request);
    }
    return requests;
  }

  private RecordedRequest next() throws InterruptedException {
    return cluster.getKubernetesMockServer().takeRequest(0, TimeUnit.MILLISECONDS);
  }

  // ---- the operator

  private static ValidatableResponse list() {
    return operator().get("/v1/ops/services").then();
  }

  private static ValidatableResponse scale(String name, String body) {
    return operator().body(body).put("/v1/ops/services/" + name + "/scale").then();
  }

  private static io.restassured.specification.RequestSpecification operator() {
    return given()
        .auth()
        .preemptive()
        .oauth2(TestTokens.operator())
        .contentType("application/json");
  }
}
