package dev.dotori.gateway.ops.workload;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * One kind of process of this installation, such as {@code points} or {@code points-worker}.
 *
 * @param version changes with what is wanted of it: its image, its settings, its replicas. What
 *     {@code If-Match} is compared with
 * @param image what its processes run
 * @param ready whether all of its replicas run what is wanted and take work
 * @param restarts of the processes that there are now, together
 * @param scaledBy who decides how many replicas it has
 */
public record Workload(
    String name,
    String version,
    String image,
    Replicas replicas,
    boolean ready,
    int restarts,
    Scaler scaledBy,
    List<Instance> instances) {

  /**
   * How many of them there are.
   *
   * @param desired as many as are wanted
   * @param updated run what is wanted now, rather than what was before
   * @param ready take work
   * @param available have done so for long enough to be relied upon
   */
  public record Replicas(int desired, int updated, int ready, int available) {}

  /**
   * Who decides how many replicas there are.
   *
   * @param name of the autoscaler; null for an operator
   * @param minReplicas fewest it chooses; null for an operator
   * @param maxReplicas most it chooses; null for an operator
   */
  public record Scaler(Kind kind, String name, Integer minReplicas, Integer maxReplicas) {

    static final Scaler OPERATOR = new Scaler(Kind.OPERATOR, null, null, null);

    /** What it is. */
    public enum Kind {
      /** Nobody by itself: whoever calls {@code PUT /v1/ops/services/{name}/scale}. */
      @JsonProperty("operator")
      OPERATOR,
      @JsonProperty("hpa")
      HPA,
      @JsonProperty("keda")
      KEDA
    }
  }

  /**
   * One process.
   *
   * @param ready whether it takes work
   * @param restarts how often it was started anew
   * @param state in Kubernetes' words what it does or why it does not: {@code Running}, {@code
   *     Pending}, {@code CrashLoopBackOff}, {@code OOMKilled}
   * @param startedAt null before it has a node
   */
  public record Instance(
      String name, boolean ready, int restarts, String state, Instant startedAt) {}
}
