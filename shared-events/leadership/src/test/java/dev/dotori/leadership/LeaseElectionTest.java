package dev.dotori.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.leadership.LeaseElection.Timing;
import dev.dotori.local.servers.UnreliableProxy;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Among all that compete for a Lease one leads, whatever becomes of it and of the API server. */
class LeaseElectionTest {

  private static final Timing TIMING =
      new Timing(
          Duration.ofSeconds(4),
          Duration.ofSeconds(2),
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));

  /** For what must not depend on a Lease that runs out. */
  private static final Timing ENDLESS =
      new Timing(
          Duration.ofHours(1),
          Duration.ofMinutes(30),
          Duration.ofMillis(200),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration A_WHILE = Duration.ofSeconds(1);

  private static ApiServer api;
  private static KubernetesClient operator;
  private static int leases;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private String lease;

  @BeforeAll
  static void startServer() {
    api = new ApiServer();
    operator = ApiServer.client(api.url());
  }

  @AfterAll
  static void stopServer() {
    operator.close();
    api.close();
  }

  @BeforeEach
  void nameLease() {
    lease = "release-points-" + ++leases;
  }

  @AfterEach
  void end() throws Exception {
    api.comeBack();
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
  }

  @Test
  void whoComesFirstLeadsAndTheOthersDoNot() {
    Candidate first = enter(TIMING);
    await().atMost(SOON).until(first::isWon);

    Candidate second = enter(TIMING);

    await().during(TIMING.lease().plus(A_WHILE)).atMost(SOON).until(() -> !second.isWon());
    assertThat(first.isWon()).isTrue();
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(first.changes).extracting(Election.Change::leads).containsExactly(true));
    assertThat(second.changes).isEmpty();
  }

  @Test
  void nothingButTheOneLeaseIsReadOrWritten() {
    api.calls().clear();
    Candidate first = enter(ENDLESS);
    await().atMost(SOON).until(first::isWon);
    Candidate second = enter(ENDLESS);
    first.election.leave(true);
    await().atMost(SOON).until(second::isWon);

    String all = "/apis/coordination.k8s.io/v1/namespaces/tests/leases";
    String one = all + "/" + lease;
    assertThat(api.calls()).containsExactlyInAnyOrder("POST " + all, "GET " + one, "PATCH " + one);
  }

  @Test
  void whoLeavesInPeaceIsFollowedAtOnce() {
    Candidate first = enter(ENDLESS);
    await().atMost(SOON).until(first::isWon);
    Candidate second = enter(ENDLESS);

    first.election.leave(true);

    assertThat(first.isWon()).isFalse();
    await().atMost(SOON).until(second::isWon);
  }

  @Test
  void aStepThatOutlivesItsLeadershipIsWaitedFor() {
    Candidate first = enter(TIMING);
    await().atMost(SOON).until(first::isWon);
    Candidate second = enter(TIMING);

    long leftAt = System.nanoTime();
    first.election.leave(false);

    assertThat(first.isWon()).isFalse();
    await().atMost(SOON).until(second::isWon);
    // The Lease may have been renewed up to one retry before.
    assertThat(Duration.ofNanos(System.nanoTime() - leftAt)).isGreaterThan(TIMING.step());
  }

  @Test
  void aHolderCutOffHasStoppedAStepBeforeTheNextBegins() {
    try (UnreliableProxy network = new UnreliableProxy(api.port())) {
      Candidate first = enter(TIMING, ApiServer.url(network.port()));
      await().atMost(SOON).until(first::isWon);
      Candidate second = enter(TIMING);

      network.halfOpen();

      await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> !first.isWon());
      long stoppedAt = System.nanoTime();
      assertThat(second.isWon()).isFalse();
      await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(second::isWon);
      // Less 200 ms: how late this test may see that the first has stopped.
      assertThat(Duration.ofNanos(System.nanoTime() - stoppedAt))
          .isGreaterThan(TIMING.step().minusMillis(200));
      assertThat(first.isWon()).isFalse();
    }
  }

  @Test
  void withoutTheApiServerNobodyLeadsAndWithItAgainOneDoes() {
    Candidate first = enter(TIMING);
    await().atMost(SOON).until(first::isWon);

    api.goAway();
    await().atMost(SOON).until(() -> !first.isWon());
    await().during(A_WHILE).atMost(SOON).until(() -> !first.isWon());
    api.comeBack();

    await().atMost(SOON).until(first::isWon);
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(first.changes)
                .extracting(Election.Change::leads)
                .containsExactly(true, false, true));
  }

  @Test
  void aLeaseThatAnotherTookIsLost() {
    Candidate first = enter(ENDLESS);
    await().atMost(SOON).until(first::isWon);

    takeByAnother(ZonedDateTime.now(ZoneOffset.UTC));

    await().atMost(SOON).until(() -> !first.isWon());
    await().during(A_WHILE).atMost(SOON).until(() -> !first.isWon());
  }

  @Test
  void aHolderWhoseClockIsAnHourBehindKeepsItsLease() {
    operator.resource(heldByAnother(leaseOf(TIMING), anHourAgo())).create();
    Candidate candidate = enter(TIMING);

    // It renews, by its own clock.
    await()
        .during(TIMING.lease().plus(A_WHILE))
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> {
          takeByAnother(anHourAgo());
          return !candidate.isWon();
        });
  }

  @Test
  void aHolderWhoseClockWasAnHourAheadIsFollowedWhenItIsGone() {
    operator
        .resource(heldByAnother(leaseOf(TIMING), ZonedDateTime.now(ZoneOffset.UTC).plusHours(1)))
        .create();

    Candidate candidate = enter(TIMING);

    await().atMost(SOON).until(candidate::isWon);
  }

  @Test
  void aLeaseThatSomebodySpoiledIsWonOnceItIsGone() {
    // Neither times nor a holder.
    operator.resource(leaseOf(TIMING)).create();
    Candidate candidate = enter(TIMING);
    await().during(A_WHILE).atMost(SOON).until(() -> !candidate.isWon());

    stored().delete();

    await().atMost(SOON).until(candidate::isWon);
  }

  @Test
  void whenSomebodyDeletesTheLeaseTheHolderStopsBeforeAnotherBegins() {
    Candidate first = enter(TIMING);
    await().atMost(SOON).until(first::isWon);
    Candidate second = enter(TIMING);
    await().during(A_WHILE).atMost(SOON).until(() -> !second.isWon());

    for (int i = 0; i < 3; i++) {
      stored().delete();
      await()
          .during(Duration.ofSeconds(1))
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> !(first.isWon() && second.isWon()));
    }
    await().atMost(SOON).until(() -> first.isWon() || second.isWon());
  }

  @Test
  void aHolderThatStandsStillIsFollowedAndDoesNothingWhenItGoesOn() {
    Contestant first = contestant();
    await().atMost(SOON).until(first::leads);
    Contestant second = contestant();
    await().during(A_WHILE).atMost(SOON).until(() -> !second.leads());

    first.standStill();
    await().atMost(SOON).until(second::leads);
    int done = first.steps().size();
    first.goOn();

    // What it was about to begin as it was stopped, nothing can hold back.
    await().during(A_WHILE).atMost(SOON).until(() -> first.steps().size() <= done + 1);
    int seconds = second.steps().size();
    await().atMost(SOON).until(() -> second.steps().size() > seconds);
    assertThat(second.steps().getFirst()).isGreaterThan(first.steps().get(done - 1));
  }

  @Test
  void aHolderKilledByTheSystemIsFollowed() {
    Contestant first = contestant();
    await().atMost(SOON).until(first::leads);
    Candidate second = enter(TIMING);

    first.kill();

    await().atMost(SOON).until(second::isWon);
  }

  /** A candidate in this JVM. */
  private record Candidate(LeaseElection election, List<Election.Change> changes) {

    boolean isWon() {
      return election.isWon();
    }
  }

  private Candidate enter(Timing timing) {
    return enter(timing, api.url());
  }

  private Candidate enter(Timing timing, String url) {
    KubernetesClient client = ApiServer.client(url);
    opened.add(client);
    LeaseElection election = new LeaseElection(client, lease, timing);
    List<Election.Change> changes = new CopyOnWriteArrayList<>();
    election.enter(changes::add);
    opened.add(() -> election.leave(false));
    return new Candidate(election, changes);
  }

  private Contestant contestant() {
    Contestant contestant = Contestant.forLease(api.url(), lease, TIMING);
    opened.add(contestant);
    return contestant;
  }

  /** Also while its holder renews it, which may come between reading and writing. */
  private void takeByAnother(ZonedDateTime renewedAt) {
    await()
        .atMost(SOON)
        .ignoreException(KubernetesClientException.class)
        .until(() -> {
          stored().edit(found -> heldByAnother(found, renewedAt));
          return true;
        });
  }

  private Resource<Lease> stored() {
    return operator.leases().withName(lease);
  }

  private Lease leaseOf(Timing timing) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(lease)
        .endMetadata()
        .withNewSpec()
        .withLeaseDurationSeconds((int) timing.lease().toSeconds())
        .withLeaseTransitions(0)
        .endSpec()
        .build();
  }

  private static Lease heldByAnother(Lease lease, ZonedDateTime at) {
    return new LeaseBuilder(lease)
        .editSpec()
        .withHolderIdentity("another")
        .withAcquireTime(at)
        .withRenewTime(at)
        .endSpec()
        .build();
  }

  private static ZonedDateTime anHourAgo() {
    return ZonedDateTime.now(ZoneOffset.UTC).minusHours(1);
  }
}
