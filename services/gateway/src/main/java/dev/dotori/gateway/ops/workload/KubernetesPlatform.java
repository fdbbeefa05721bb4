package dev.dotori.gateway.ops.workload;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.gateway.ops.OpsConfig;
import dev.dotori.gateway.ops.workload.Workload.Instance;
import dev.dotori.gateway.ops.workload.Workload.Replicas;
import dev.dotori.gateway.ops.workload.Workload.Scaler;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v1.ScaleBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * The Deployments of one release of the chart.
 *
 * <p>It does what the chart's Role for the gateway allows and no more: get each Deployment by name,
 * list pods and autoscalers, update the scale of what nothing else scales. So it does not list or
 * watch Deployments, and which there are is configuration.
 */
final class KubernetesPlatform implements Platform {

  private static final Logger LOG = Logger.getLogger(KubernetesPlatform.class);

  private static final String INSTANCE_LABEL = "app.kubernetes.io/instance";

  /** What KEDA marks the autoscalers with that it makes; the value is its own object's name. */
  private static final String KEDA_LABEL = "scaledobject.keda.sh/name";

  /** Scaling meets another change of the same Deployment now and then, never for long. */
  private static final int ATTEMPTS = 3;

  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final String release;
  private final TreeSet<String> names;
  private final Duration timeout;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("kubernetes-", 0).factory());

  KubernetesPlatform(KubernetesClient client, OpsConfig config) {
    this.client = client;
    this.release = required(config.release(), "release");
    this.names = new TreeSet<>(required(config.workloads(), "workloads"));
    this.timeout = config.timeout();
  }

  private static <T> T required(Optional<T> setting, String name) {
    return setting.orElseThrow(
        () -> new IllegalStateException("dotori.ops." + name + " is required on Kubernetes"));
  }

  @Override
  public List<Workload> workloads() {
    Deadline deadline = new Deadline(timeout);
    Future<List<Pod>> pods = ask(this::pods);
    Future<List<HorizontalPodAutoscaler>> autoscalers = ask(this::autoscalers);
    Map<String, Future<Optional<Deployment>>> deployments = new LinkedHashMap<>();
    names.forEach(name -> deployments.put(name, ask(() -> deployment(name))));

    List<Workload> workloads = new ArrayList<>();
    deployments.forEach((name, asked) ->
        deadline
            .await(asked)
            .map(deployment ->
                workload(name, deployment, deadline.await(pods), deadline.await(autoscalers)))
            .ifPresent(workloads::add));
    return workloads;
  }

  @Override
  public Workload scale(String name, int replicas, Predicate<String> expected) {
    if (!names.contains(name)) {
      throw unknown(name);
    }
    Deadline deadline = new Deadline(timeout);
    Future<List<Pod>> pods = ask(this::pods);
    List<HorizontalPodAutoscaler> autoscalers = deadline.await(ask(this::autoscalers));
    autoscaler(name, autoscalers)
        .ifPresent(scaler -> {
          throw autoscaled(name, scaler);
        });

    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Deployment deployment =
          deadline.await(ask(() -> deployment(name))).orElseThrow(() -> unknown(name));
      if (!expected.test(versionOf(deployment))) {
        throw new ProblemException(
            ProblemTypes.STALE, "%s has changed since it was read.".formatted(name));
      }
      if (desired(deployment) == replicas) {
        return workload(name, deployment, deadline.await(pods), autoscalers);
      }
      if (deadline.await(ask(() -> updateScale(deployment, replicas)))) {
        Deployment scaled =
            deadline.await(ask(() -> deployment(name))).orElseThrow(() -> unknown(name));
        LOG.infof("%s was scaled from %d to %d", name, desired(deployment), replicas);
        return workload(name, scaled, deadline.await(pods), autoscalers);
      }
    }
    throw new ProblemException(
        WorkloadProblems.PLATFORM_UNAVAILABLE,
        "%s is being changed by others at this moment.".formatted(name),
        Duration.ofSeconds(1));
  }

  // ---- what is asked of the cluster

  private Optional<Deployment> deployment(String name) {
    return Optional.ofNullable(
        client
            .apps()
            .deployments()
            .inNamespace(client.getNamespace())
            .withName(deploymentName(name))
            .get());
  }

  private List<Pod> pods() {
    return client
        .pods()
        .inNamespace(client.getNamespace())
        .withLabel(INSTANCE_LABEL, release)
        .list()
        .getItems();
  }

  private List<HorizontalPodAutoscaler> autoscalers() {
    return client
        .autoscaling()
        .v2()
        .horizontalPodAutoscalers()
        .inNamespace(client.getNamespace())
        .list()
        .getItems();
  }

  /** Whether the Deployment was still as it was read. */
  private boolean updateScale(Deployment read, int replicas) {
    String name = read.getMetadata().getName();
    try {
      client
          .apps()
          .deployments()
          .inNamespace(client.getNamespace())
          .withName(name)
          .scale(
              new ScaleBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .withNamespace(client.getNamespace())
                  .withResourceVersion(read.getMetadata().getResourceVersion())
                  .endMetadata()
                  .withNewSpec()
                  .withReplicas(replicas)
                  .endSpec()
                  .build());
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  private <T> Future<T> ask(Callable<T> question) {
    return threads.submit(question);
  }

  /** Waits for answers, for all of them together no longer than one call may take. */
  private static final class Deadline {

    private final long endNanos;

    Deadline(Duration timeout) {
      this.endNanos = System.nanoTime() + timeout.toNanos();
    }

    <T> T await(Future<T> answer) {
      try {
        return answer.get(Math.max(0, endNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        answer.cancel(true);
        LOG.warn("The Kubernetes API did not answer in time");
        throw away();
      } catch (ExecutionException e) {
        throw refusal(e.getCause());
      } catch (InterruptedException e) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        throw away();
      }
    }
  }

  // ---- how that is told

  private Workload workload(
      String name,
      Deployment deployment,
      List<Pod> pods,
      List<HorizontalPodAutoscaler> autoscalers) {
    Map<String, String> selector = deployment.getSpec().getSelector().getMatchLabels();
    List<Instance> instances =
        pods.stream()
            .filter(pod -> labels(pod).entrySet().containsAll(selector.entrySet()))
            .map(KubernetesPlatform::instance)
            .toList();
    Replicas replicas = replicas(deployment);
    return new Workload(
        name,
        versionOf(deployment),
        deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage(),
        replicas,
        isSettled(deployment, replicas),
        instances.stream().mapToInt(Instance::restarts).sum(),
        autoscaler(name, autoscalers).orElse(Scaler.OPERATOR),
        instances);
  }

  /** Counted up with each change of what is wanted, and not by what becomes of it. */
  private static String versionOf(Deployment deployment) {
    return String.valueOf(deployment.getMetadata().getGeneration());
  }

  private static Replicas replicas(Deployment deployment) {
    DeploymentStatus status = status(deployment);
    return new Replicas(
        desired(deployment),
        orZero(status.getUpdatedReplicas()),
        orZero(status.getReadyReplicas()),
        orZero(status.getAvailableReplicas()));
  }

  private static boolean isSettled(Deployment deployment, Replicas replicas) {
    Long observed = status(deployment).getObservedGeneration();
    return observed != null
        && observed >= deployment.getMetadata().getGeneration()
        && replicas.updated() == replicas.desired()
        && replicas.available() >= replicas.desired();
  }

  private static DeploymentStatus status(Deployment deployment) {
    return Objects.requireNonNullElseGet(deployment.getStatus(), DeploymentStatus::new);
  }

  private static int desired(Deployment deployment) {
    return Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
  }

  private static int orZero(Integer count) {
    return count == null ? 0 : count;
  }

  private static Map<String, String> labels(Pod pod) {
    return Objects.requireNonNullElse(pod.getMetadata().getLabels(), Map.of());
  }

  private static Instance instance(Pod pod) {
    List<ContainerStatus> containers = pod.getStatus().getContainerStatuses();
    boolean ready =
        pod.getStatus().getConditions().stream()
            .anyMatch(condition ->
                condition.getType().equals("Ready") && condition.getStatus().equals("True"));
    String started = pod.getStatus().getStartTime();
    return new Instance(
        pod.getMetadata().getName(),
        ready,
        containers.stream().mapToInt(container -> orZero(container.getRestartCount())).sum(),
        state(pod),
        started == null ? null : Instant.parse(started));
  }

  private static String state(Pod pod) {
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      return "Terminating";
    }
    for (ContainerStatus container : pod.getStatus().getContainerStatuses()) {
      ContainerState state = container.getState();
      if (state != null && state.getWaiting() != null) {
        return String.valueOf(state.getWaiting().getReason());
      }
      if (state != null && state.getTerminated() != null) {
        return String.valueOf(state.getTerminated().getReason());
      }
    }
    String reason = pod.getStatus().getReason();
    return reason != null ? reason : String.valueOf(pod.getStatus().getPhase());
  }

  private Optional<Scaler> autoscaler(String name, List<HorizontalPodAutoscaler> autoscalers) {
    return autoscalers.stream()
        .filter(each -> targets(each, deploymentName(name)))
        .findFirst()
        .map(KubernetesPlatform::scaler);
  }

  private static boolean targets(HorizontalPodAutoscaler autoscaler, String deployment) {
    CrossVersionObjectReference target = autoscaler.getSpec().getScaleTargetRef();
    return "Deployment".equals(target.getKind()) && deployment.equals(target.getName());
  }

  private static Scaler scaler(HorizontalPodAutoscaler autoscaler) {
    Map<String, String> labels =
        Objects.requireNonNullElse(autoscaler.getMetadata().getLabels(), Map.of());
    return new Scaler(
        labels.containsKey(KEDA_LABEL) ? Scaler.Kind.KEDA : Scaler.Kind.HPA,
        labels.getOrDefault(KEDA_LABEL, autoscaler.getMetadata().getName()),
        Objects.requireNonNullElse(autoscaler.getSpec().getMinReplicas(), 1),
        autoscaler.getSpec().getMaxReplicas());
  }

  private String deploymentName(String name) {
    return release + "-" + name;
  }

  // ---- refusals

  private static ProblemException unknown(String name) {
    return new ProblemException(
        ProblemTypes.NOT_FOUND, "There is no workload '%s' here.".formatted(name));
  }

  private static ProblemException autoscaled(String name, Scaler scaler) {
    String what =
        switch (scaler.kind()) {
          case KEDA -> "KEDA's ScaledObject ";
          case HPA, OPERATOR -> "the HorizontalPodAutoscaler ";
        };
    return new ProblemException(
        WorkloadProblems.AUTOSCALED,
        "%s is scaled by %s%s, between %d and %d replicas: change those bounds, or turn it off."
            .formatted(name, what, scaler.name(), scaler.minReplicas(), scaler.maxReplicas()));
  }

  /** What the API server says stays in the log: it tells of names and rights inside the cluster. */
  private static RuntimeException refusal(Throwable failure) {
    if (!(failure instanceof KubernetesClientException refused)) {
      return failure instanceof RuntimeException runtime
          ? runtime
          : new IllegalStateException(failure);
    }
    LOG.warnf("The Kubernetes API did not do what it was asked: %s", refused.getMessage());
    return refused.getCode() == 401 || refused.getCode() == 403
        ? new ProblemException(
            WorkloadProblems.PLATFORM_UNAVAILABLE,
            "Kubernetes refuses this to the gateway: look at the Role of its service account.")
        : away();
  }

  private static ProblemException away() {
    return new ProblemException(
        WorkloadProblems.PLATFORM_UNAVAILABLE,
        "The Kubernetes API can't be reached right now.",
        Duration.ofSeconds(2));
  }
}
