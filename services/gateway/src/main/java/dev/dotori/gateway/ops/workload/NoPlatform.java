package dev.dotori.gateway.ops.workload;

import dev.dotori.api.problem.ProblemException;
import java.util.List;
import java.util.function.Predicate;

/** Processes that someone starts by hand, as {@code ./dotori up} does: nothing to ask. */
final class NoPlatform implements Platform {

  @Override
  public List<Workload> workloads() {
    throw none();
  }

  @Override
  public Workload scale(String name, int replicas, Predicate<String> expected) {
    throw none();
  }

  private static ProblemException none() {
    return new ProblemException(
        WorkloadProblems.NO_PLATFORM,
        "This installation runs on no platform that could be asked: dotori.ops.platform is none.");
  }
}
