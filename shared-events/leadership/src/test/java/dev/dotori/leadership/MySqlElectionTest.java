package dev.dotori.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.leadership.MySqlElection.Timing;
import dev.dotori.local.servers.MySqlServer;
import dev.dotori.local.servers.Secrets;
import dev.dotori.local.servers.UnreliableProxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Among all that compete for a lock in MySQL one leads, whatever becomes of it. */
class MySqlElectionTest {

  private static final Timing TIMING =
      new Timing(
          Duration.ofSeconds(3),
          Duration.ofSeconds(1),
          Duration.ofMillis(200),
          Duration.ofSeconds(1));

  private static final Duration SOON = Duration.ofSeconds(30);

  private static MySqlServer server;
  private static MySqlServer.Account account;
  private static int locks;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private String lock;

  @BeforeAll
  static void startServer() {
    server = MySqlServer.temporary().start();
    account = server.createSchema("leadership", Secrets.password());
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void nameLock() {
    lock = "lock-" + ++locks;
  }

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void whoComesFirstLeadsAtOnceAndTheOthersDoNot() {
    Candidate first = enter();
    await().atMost(SOON).until(first::isWon);

    Candidate second = enter();

    await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> !second.isWon());
    assertThat(first.isWon()).isTrue();
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(first.changes).extracting(Election.Change::leads).containsExactly(true));
    assertThat(second.changes).isEmpty();
  }

  @Test
  void servicesWithTheSameLockNameInTwoSchemasBothHaveALeader() {
    MySqlServer.Account other = server.createSchema("leadership_too", Secrets.password());
    Candidate here = enter();
    Candidate there = enter(other.url(), other);

    await().atMost(SOON).until(() -> here.isWon() && there.isWon());
  }

  @Test
  void aLockOfAnyLengthWorks() {
    lock = "a-release-of-forty-characters-and-so-on1-social-share";
    Candidate first = enter();
    await().atMost(SOON).until(first::isWon);

    Candidate second = enter();

    await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> !second.isWon());
  }

  @Test
  void whoLeavesInPeaceIsFollowedAtOnce() {
    // Whoever has to wait for a step would lead only after a minute.
    Timing patient =
        new Timing(TIMING.silence(), TIMING.answer(), TIMING.ping(), Duration.ofMinutes(1));
    Candidate first = enter(account.url(), account, patient);
    await().atMost(SOON).until(first::isWon);
    Candidate second = enter(account.url(), account, patient);
    await().atMost(SOON).until(() -> isWaiting(second));

    first.election.leave(true);

    assertThat(first.isWon()).isFalse();
    await().atMost(SOON).until(second::isWon);
  }

  @Test
  void aStepThatOutlivesItsLeadershipIsWaitedFor() {
    Timing patient =
        new Timing(TIMING.silence(), TIMING.answer(), TIMING.ping(), Duration.ofSeconds(4));
    Candidate first = enter(account.url(), account, patient);
    await().atMost(SOON).until(first::isWon);
    Candidate second = enter(account.url(), account, patient);
    await().atMost(SOON).until(() -> isWaiting(second));

    long leftAt = System.nanoTime();
    first.election.leave(false);

    assertThat(first.isWon()).isFalse();
    await().atMost(SOON).until(second::isWon);
    assertThat(Duration.ofNanos(System.nanoTime() - leftAt)).isGreaterThan(patient.step());
  }

  @Test
  void aHolderWhoseConnectionWasEndedBeginsNoStepThoughNobodyToldIt() throws SQLException {
    Candidate first = enter();
    await().atMost(SOON).until(first::isWon);

    killConnectionOfHolder();

    assertThat(first.isWon()).isFalse();
    await().atMost(SOON).until(first::isWon);
    await()
        .atMost(SOON)
        .untilAsserted(() ->
            assertThat(first.changes)
                .extracting(Election.Change::leads)
                .contains(true, false, true));
  }

  @Test
  void aHolderKilledByTheSystemIsFollowed() {
    Contestant first = contestant();
    await().atMost(SOON).until(first::leads);
    Contestant second = contestant();
    await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> !second.leads());

    first.kill();

    await().atMost(SOON).until(second::leads);
    assertThat(second.steps().getFirst()).isGreaterThan(first.steps().getLast());
  }

  @Test
  void aHolderThatStandsStillIsFollowedAndDoesNothingWhenItGoesOn() {
    Contestant first = contestant();
    await().atMost(SOON).until(first::leads);
    Contestant second = contestant();
    await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> !second.leads());

    first.standStill();
    await().atMost(SOON).until(second::leads);
    int done = first.steps().size();
    first.goOn();

    // What it was about to begin as it was stopped, nothing can hold back.
    await()
        .during(Duration.ofSeconds(2))
        .atMost(SOON)
        .until(() -> first.steps().size() <= done + 1);
    int seconds = second.steps().size();
    await().atMost(SOON).until(() -> second.steps().size() > seconds);
    assertThat(second.steps().getFirst()).isGreaterThan(first.steps().get(done - 1));
  }

  @Test
  void aHolderCutOffHasStoppedBeforeTheNextBegins() throws Exception {
    try (UnreliableProxy network = new UnreliableProxy(server.port())) {
      Candidate first =
          enter(account.url().replace(":" + server.port(), ":" + network.port()), account);
      await().atMost(SOON).until(first::isWon);
      Candidate second = enter();
      await().atMost(SOON).until(() -> isWaiting(second));

      network.halfOpen();

      await().atMost(SOON).until(() -> !first.isWon());
      assertThat(second.isWon()).isFalse();
      await().atMost(SOON).until(second::isWon);
      assertThat(first.isWon()).isFalse();
    }
  }

  @Test
  void afterARestartOfTheServerOneOfThemLeads() {
    Candidate first = enter();
    await().atMost(SOON).until(first::isWon);
    Candidate second = enter();
    await().atMost(SOON).until(() -> isWaiting(second));

    server.kill();
    assertThat(first.isWon()).isFalse();
    server.start();

    await().atMost(SOON).until(() -> first.isWon() || second.isWon());
    assertThat(first.isWon() && second.isWon()).isFalse();
  }

  @Test
  void aServerThatHasBecomeAReplicaElectsNobody() throws SQLException {
    Candidate first = enter();
    await().atMost(SOON).until(first::isWon);

    administer("SET GLOBAL read_only = 1");
    try {
      assertThat(first.isWon()).isFalse();
      await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> !first.isWon());
    } finally {
      administer("SET GLOBAL read_only = 0");
    }

    await().atMost(SOON).until(first::isWon);
  }

  /** A candidate in this JVM. */
  private record Candidate(MySqlElection election, List<Election.Change> changes) {

    boolean isWon() {
      return election.isWon();
    }
  }

  private Candidate enter() {
    return enter(account.url(), account);
  }

  private Candidate enter(String url, MySqlServer.Account as) {
    return enter(url, as, TIMING);
  }

  private Candidate enter(String url, MySqlServer.Account as, Timing timing) {
    MySqlElection election =
        new MySqlElection(
            () -> DriverManager.getConnection(url, as.user(), as.password()), lock, timing);
    List<Election.Change> changes = new CopyOnWriteArrayList<>();
    election.enter(changes::add);
    opened.add(() -> election.leave(false));
    return new Candidate(election, changes);
  }

  private Contestant contestant() {
    Contestant contestant =
        Contestant.forLock(account.url(), account.user(), account.password(), lock, TIMING);
    opened.add(contestant);
    return contestant;
  }

  /** Whether it waits for the lock, knowing that another has it. */
  private boolean isWaiting(Candidate candidate) throws SQLException {
    assertThat(candidate.isWon()).isFalse();
    return number(
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID()"
                + " AND INFO LIKE '%GET_LOCK(''leadership."
                + lock
                + "'', 1%'")
        > 0;
  }

  private void killConnectionOfHolder() throws SQLException {
    administer("KILL CONNECTION " + number("SELECT IS_USED_LOCK('leadership." + lock + "')"));
  }

  private static long number(String query) throws SQLException {
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void administer(String sql) throws SQLException {
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
