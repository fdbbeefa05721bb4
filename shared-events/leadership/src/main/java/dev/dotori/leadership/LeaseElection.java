package dev.dotori.leadership;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Elects by a Lease of Kubernetes, through the client's leader election. It gets, creates and
 * patches that one Lease.
 *
 * <p>The client decides who tries to take or renew the Lease, and when. Whether a step may begin is
 * told by time alone ({@link ObservedLease}): so long after the last renewal that a step still ends
 * before another can take the Lease. So it needs no answer of the API server, and no thread that
 * runs in time, to stop.
 */
final class LeaseElection implements Election {

  private static final Logger LOG = Logger.getLogger(LeaseElection.class);

  /**
   * How long things take.
   *
   * @param lease for how long a Lease that is not renewed keeps others away
   * @param renewal after which a holder that could not renew begins anew
   * @param retry how often it is tried to take or renew it
   * @param answer how long the API server may take for an answer
   * @param step what one step may take
   */
  record Timing(Duration lease, Duration renewal, Duration retry, Duration answer, Duration step) {

    static final Timing DEFAULT =
        new Timing(
            Duration.ofSeconds(30),
            Duration.ofSeconds(15),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Leadership.LONGEST_STEP);
  }

  private static final Duration LOOK = Duration.ofMillis(200);

  private final KubernetesClient client;
  private final Timing timing;
  private final ObservedLease lease;
  private final Departure departure = new Departure();
  private Consumer<Change> changes;
  private Thread thread;
  private boolean leads;
  private volatile boolean idle;

  /**
   * @param name of the Lease, in the client's namespace
   */
  LeaseElection(KubernetesClient client, String name, Timing timing) {
    this.client = client;
    this.timing = timing;
    this.lease = new ObservedLease(new LeaseLock(client.getNamespace(), name, identity()), timing);
  }

  // Never used twice: a container that restarts in its pod is another candidate.
  private static String identity() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "unknown";
    }
    return host + "_" + UUID.randomUUID();
  }

  @Override
  public void enter(Consumer<Change> changes) {
    this.changes = changes;
    thread = Thread.ofPlatform().daemon().name("leadership").start(this::compete);
  }

  @Override
  public boolean isWon() {
    return !departure.isLeft() && lease.isHeld();
  }

  @Override
  public void leave(boolean idle) {
    this.idle = idle;
    departure.leave();
    try {
      thread.join(timing.answer().multipliedBy(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void compete() {
    while (!departure.isLeft()) {
      LeaderElector elector = elector();
      lease.expectQuestions();
      CompletableFuture<?> competition = elector.start();
      while (!departure.isLeft() && !competition.isDone() && !lease.isNeglected()) {
        tell();
        departure.pause(LOOK);
      }
      // It ended by itself when the Lease was lost, or failed without a word; the next competes
      // again.
      competition.cancel(true);
      if (departure.isLeft() && idle) {
        release(elector);
      }
      tell();
      departure.pause(timing.retry());
    }
  }

  private LeaderElector elector() {
    LeaderCallbacks none = new LeaderCallbacks(() -> {}, () -> {}, holder -> {});
    // Released by us alone, after the last step, and never because a renewal failed.
    boolean releaseOnCancel = false;
    return client
        .leaderElector()
        .withConfig(
            new LeaderElectionConfig(
                lease,
                timing.lease(),
                timing.renewal(),
                timing.retry(),
                none,
                releaseOnCancel,
                lease.describe()))
        .build();
  }

  private void release(LeaderElector elector) {
    try {
      elector.release();
    } catch (KubernetesClientException e) {
      LOG.infof("the Lease could not be given back and will run out: %s", e.getMessage());
    }
  }

  private void tell() {
    boolean leadsNow = isWon();
    if (leadsNow != leads) {
      leads = leadsNow;
      changes.accept(new Change(leads, reason()));
    }
  }

  private String reason() {
    if (leads) {
      return "holds " + lease.describe();
    }
    return departure.isLeft() ? "shuts down" : "lost " + lease.describe();
  }
}
