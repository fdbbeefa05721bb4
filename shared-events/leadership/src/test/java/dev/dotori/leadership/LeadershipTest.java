package dev.dotori.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.test.MySqlTestResource;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpecBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What a service sees: annotated work, a gauge, an event, and a shutdown that waits. */
@QuarkusTest
@QuarkusTestResource(MySqlTestResource.class)
class LeadershipTest {

  private static final String LOCK = "test.leadership-test";
  private static final Duration SOON = Duration.ofSeconds(30);

  @Inject Leadership leadership;
  @Inject Work work;
  @Inject MeterRegistry meters;
  @Inject DataSource pool;
  @Inject LeadershipConfig config;
  @Inject Event<LeadershipChanged> event;
  @Inject KubernetesSerialization json;
  MySqlServer server;

  /** What one replica does. */
  @ApplicationScoped
  static class Work {

    private final AtomicInteger runs = new AtomicInteger();
    private final List<Boolean> told = new CopyOnWriteArrayList<>();

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @LeaderOnly
    void run() {
      runs.incrementAndGet();
    }

    void changed(@Observes LeadershipChanged change) {
      told.add(change.leads());
    }

    int runs() {
      return runs.get();
    }

    List<Boolean> told() {
      return told;
    }
  }

  @Test
  void theLeaderRunsWhatIsForTheLeaderUntilAnotherLeads() throws SQLException {
    await().atMost(SOON).until(() -> work.runs() > 0);
    await().atMost(SOON).until(() -> gauge() == 1);

    try (Connection other = server.admin();
        Statement statement = other.createStatement()) {
      statement.execute("KILL CONNECTION " + number("SELECT IS_USED_LOCK('" + LOCK + "')"));
      await().atMost(SOON).until(() -> taken(statement));

      assertThat(leadership.isLeader()).isFalse();
      await().atMost(SOON).until(() -> gauge() == 0);
      int before = work.runs();
      work.run();
      await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> work.runs() == before);
    }

    await().atMost(SOON).until(leadership::isLeader);
    int before = work.runs();
    await().atMost(SOON).until(() -> work.runs() > before);
    assertThat(work.told()).startsWith(true, false).endsWith(true);
  }

  @Test
  void theLockTakesNoConnectionFromThePool() throws SQLException {
    await().atMost(SOON).until(leadership::isLeader);
    long holder = number("SELECT IS_USED_LOCK('" + LOCK + "')");

    // The pool of this test has one connection; with it taken there is still a leader.
    try (Connection only = pool.getConnection();
        Statement statement = only.createStatement();
        ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
      row.next();
      assertThat(row.getLong(1)).isNotEqualTo(holder);
      assertThat(leadership.isLeader()).isTrue();
    }
  }

  @Test
  void aLeaseIsWrittenAsTheApiServerReadsIt() {
    ZonedDateTime time = ZonedDateTime.parse("2026-01-15T12:00:00.123456Z");

    // Quarkus makes the client's JSON, and once wrote times as numbers.
    assertThat(json.asJson(new LeaseSpecBuilder().withRenewTime(time).build()))
        .contains("\"renewTime\":\"2026-01-15T12:00:00.123456Z\"");
  }

  @Test
  void theShutdownGivesUpTheLeadershipWhenTheStepUnderWayHasEnded() throws Exception {
    Recorded election = new Recorded();
    ElectedLeadership here = leadershipBy(election, true);
    CountDownLatch inStep = new CountDownLatch(1);
    CountDownLatch stepMayEnd = new CountDownLatch(1);
    Thread step =
        Thread.ofVirtual()
            .start(() ->
                run(
                    here,
                    () -> {
                      inStep.countDown();
                      stepMayEnd.await();
                    }));
    inStep.await();

    Thread shutdown = Thread.ofVirtual().start(() -> stop(here));
    await().atMost(SOON).until(() -> !here.isLeader());
    assertThat(election.left).isEmpty();
    stepMayEnd.countDown();

    shutdown.join();
    step.join();
    assertThat(election.left).containsExactly(true);
  }

  @Test
  void afterTheShutdownHasBegunNoFurtherStepBegins() throws Exception {
    ElectedLeadership here = leadershipBy(new Recorded(), true);
    AtomicInteger steps = new AtomicInteger();
    here.runIfLeader(steps::incrementAndGet);

    here.stop(new ShutdownEvent());
    here.runIfLeader(steps::incrementAndGet);

    assertThat(steps).hasValue(1);
  }

  @Test
  void whoIsNoCandidateNeverLeadsAndAsksNobody() {
    Recorded election = new Recorded();

    ElectedLeadership here = leadershipBy(election, false);

    assertThat(here.isLeader()).isFalse();
    assertThat(election.entered).isFalse();
  }

  private ElectedLeadership leadershipBy(Election election, boolean candidate) {
    LeadershipConfig chosen =
        new LeadershipConfig() {
          @Override
          public Optional<Way> by() {
            return Optional.empty();
          }

          @Override
          public String lease() {
            return "test";
          }

          @Override
          public boolean candidate() {
            return candidate;
          }
        };
    Elections elections =
        new Elections(chosen, null, null) {
          @Override
          Election configured() {
            return election;
          }
        };
    ElectedLeadership here =
        new ElectedLeadership(chosen, elections, event, new SimpleMeterRegistry());
    here.start(new StartupEvent());
    return here;
  }

  /** Won by whoever enters; remembers how it was left. */
  private static final class Recorded implements Election {

    private boolean entered;
    private final List<Boolean> left = new CopyOnWriteArrayList<>();

    @Override
    public void enter(Consumer<Change> changes) {
      entered = true;
    }

    @Override
    public boolean isWon() {
      return entered;
    }

    @Override
    public void leave(boolean idle) {
      left.add(idle);
    }
  }

  private static void run(ElectedLeadership leadership, ElectedLeadership.Work work) {
    try {
      leadership.runIfLeader(work);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void stop(ElectedLeadership leadership) {
    try {
      leadership.stop(new ShutdownEvent());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private double gauge() {
    return meters.get("dotori.leadership.leader").gauge().value();
  }

  private static boolean taken(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT GET_LOCK('" + LOCK + "', 5)")) {
      return row.next() && row.getBoolean(1);
    }
  }

  private long number(String query) throws SQLException {
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
