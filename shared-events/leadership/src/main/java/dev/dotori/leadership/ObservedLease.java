package dev.dotori.leadership;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.net.HttpURLConnection;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * A Lease whose age is measured here, from when it was last seen to change, and not by comparing
 * the clock of the one who wrote it with that of the one who reads it: clocks of nodes differ, and
 * are set. It costs who comes to an abandoned Lease one whole time of it.
 *
 * <p>And it keeps account of how long the Lease is surely ours.
 */
final class ObservedLease implements Lock {

  private static final Logger LOG = Logger.getLogger(ObservedLease.class);

  private final Lock lease;
  private final LeaseElection.Timing timing;
  private final RequestConfig requests;
  private LeaderElectionRecord seen;
  private Moment seenAt;
  private volatile Moment renewedAt;
  private volatile Moment recreatedAt;
  private volatile Moment askedAt = Moment.now();
  private String complaint;

  ObservedLease(Lock lease, LeaseElection.Timing timing) {
    this.lease = lease;
    this.timing = timing;
    // Tried again by who renews, in its own rhythm, and not hidden below it.
    this.requests =
        new RequestConfigBuilder()
            .withRequestTimeout((int) timing.answer().toMillis())
            .withRequestRetryBackoffLimit(0)
            .build();
  }

  /** Whether a step that begins now ends before another can take the Lease. */
  boolean isHeld() {
    Moment renewed = renewedAt;
    Moment recreated = recreatedAt;
    return renewed != null
        && renewed.mostAge().compareTo(timing.lease().minus(timing.step())) < 0
        && (recreated == null || recreated.leastAge().compareTo(timing.lease()) >= 0);
  }

  @Override
  public synchronized LeaderElectionRecord get(KubernetesClient client) {
    LeaderElectionRecord found = ask(client, lease::get);
    if (found == null || !isOurs(found)) {
      renewedAt = null;
    }
    if (found == null) {
      return null;
    }
    if (!found.equals(seen)) {
      seen = found;
      seenAt = Moment.now();
    }
    return new LeaderElectionRecord(
        found.getHolderIdentity(),
        found.getLeaseDuration(),
        found.getAcquireTime(),
        ZonedDateTime.now(ZoneOffset.UTC).minus(seenAt.leastAge()),
        found.getLeaderTransitions());
  }

  @Override
  public synchronized void create(KubernetesClient client, LeaderElectionRecord ours) {
    Moment before = Moment.now();
    ask(
        client,
        limited -> {
          lease.create(limited, ours);
          return null;
        });
    // Somebody deleted the Lease of a holder who may not know it yet.
    boolean wasHeld = seen != null && !isFree(seen) && !isOurs(seen);
    recreatedAt = wasHeld ? before : null;
    renewedAt = before;
  }

  @Override
  public synchronized void update(KubernetesClient client, LeaderElectionRecord record) {
    boolean released = isFree(record);
    Moment before = Moment.now();
    ask(
        client,
        limited -> {
          // A merge would leave the holder as it is where the new one is null.
          lease.update(limited, released ? withoutHolder(record) : record);
          return null;
        });
    if (renewedAt == null) {
      recreatedAt = null;
    }
    renewedAt = released ? null : before;
  }

  private boolean isOurs(LeaderElectionRecord record) {
    return identity().equals(record.getHolderIdentity());
  }

  private static boolean isFree(LeaderElectionRecord record) {
    return record.getHolderIdentity() == null || record.getHolderIdentity().isEmpty();
  }

  private static LeaderElectionRecord withoutHolder(LeaderElectionRecord record) {
    return new LeaderElectionRecord(
        "",
        record.getLeaseDuration(),
        record.getAcquireTime(),
        record.getRenewTime(),
        record.getLeaderTransitions());
  }

  /** Somebody asks for it from now on. */
  void expectQuestions() {
    askedAt = Moment.now();
  }

  /** Whether nobody has asked for it for longer than it lasts. */
  boolean isNeglected() {
    return askedAt.leastAge().compareTo(timing.lease()) > 0;
  }

  private <T> T ask(KubernetesClient client, Function<KubernetesClient, T> question) {
    askedAt = Moment.now();
    try {
      T answer =
          client
              .adapt(NamespacedKubernetesClient.class)
              .withRequestConfig(requests)
              .call(question::apply);
      complaint = null;
      return answer;
    } catch (KubernetesClientException e) {
      complain(e);
      throw e;
    } catch (RuntimeException e) {
      // Such as a Lease that someone made without its times. Any other exception than the client's
      // own would end the election for good, and silently.
      KubernetesClientException failure = new KubernetesClientException(e.toString(), e);
      complain(failure);
      throw failure;
    }
  }

  /** One line for each new reason, not one for each try. */
  private void complain(KubernetesClientException e) {
    String reason = String.valueOf(e.getMessage());
    if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && !reason.equals(complaint)) {
      complaint = reason;
      LOG.warnf("%s can't be read or written; trying on: %s", describe(), reason);
    }
  }

  @Override
  public String identity() {
    return lease.identity();
  }

  @Override
  public String describe() {
    return lease.describe();
  }
}
