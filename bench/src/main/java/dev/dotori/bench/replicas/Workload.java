package dev.dotori.bench.replicas;

/**
 * One kind of call.
 *
 * @param callers how many clients make it at a time
 * @param warmUp calls before the first that count
 * @param calls in each round
 * @param stream that gets an entry when what a call began is done, or null when its answer says so
 * @param entries that each call leads to there
 * @param limit in {@link Limits}, beside which it stands, and the process that is compared
 */
record Workload(
    String name,
    int callers,
    int warmUp,
    int calls,
    String stream,
    int entries,
    Beside limit,
    Load.Call call) {

  /**
   * @param limit a name in {@link Limits}
   * @param process whose CPU time is compared with the limit's
   */
  record Beside(String limit, String process) {}
}
