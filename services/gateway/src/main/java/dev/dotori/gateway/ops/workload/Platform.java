package dev.dotori.gateway.ops.workload;

import dev.dotori.api.problem.ProblemException;
import java.util.List;
import java.util.function.Predicate;

/** What runs this installation's processes, and can run more or fewer of them. Its calls block. */
interface Platform {

  /**
   * Every workload of this installation, by name.
   *
   * @throws ProblemException 501 when there is no platform that could be asked, 503 when it does
   *     not answer in time or refuses
   */
  List<Workload> workloads();

  /**
   * Lets a workload have that many replicas, and tells how it stands then.
   *
   * @param expected whether it may be scaled at that {@link Workload#version()}
   * @throws ProblemException 404 when there is no such workload, 409 when something else scales it,
   *     412 when it has another version than expected; else as {@link #workloads()}
   */
  Workload scale(String name, int replicas, Predicate<String> expected);
}
