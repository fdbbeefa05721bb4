package dev.dotori.gateway.ops.workload;

import dev.dotori.api.problem.ProblemType;

/** Why workloads can't be looked at or scaled. */
final class WorkloadProblems {

  static final ProblemType NO_PLATFORM =
      new ProblemType("no-platform", 501, "Nothing here could scale a service");
  static final ProblemType AUTOSCALED =
      new ProblemType("autoscaled", 409, "An autoscaler decides how many replicas there are");
  static final ProblemType PLATFORM_UNAVAILABLE =
      new ProblemType("platform-unavailable", 503, "The platform can't be asked right now");

  private WorkloadProblems() {}
}
