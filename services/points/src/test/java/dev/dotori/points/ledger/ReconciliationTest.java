package dev.dotori.points.ledger;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dotori.leadership.Leadership;
import dev.dotori.local.servers.MySqlServer;
import dev.dotori.points.PointsServiceTest;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URL;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is broken in the ledger shows, wherever it was broken. */
@QuarkusTest
class ReconciliationTest extends PointsServiceTest {

  @Inject Ledger ledger;
  @Inject Reconciliation reconciliation;
  @Inject Leadership leadership;
  @Inject MeterRegistry meters;
  MySqlServer server;

  @TestHTTPResource(value = "/metrics", management = true)
  URL metrics;

  private final UUID member = UUID.randomUUID();
  private final UUID other = UUID.randomUUID();

  @BeforeEach
  void aLedgerThatIsRight() {
    await().atMost(Duration.ofSeconds(30)).until(leadership::isLeader);
    post(idOf(Instant.now()), member, 100);
    post(idOf(Instant.now()), other, 100);
    assertThat(difference()).isZero();
  }

  @Test
  void aBalanceThatWasRaisedIsFoundUntilItIsPutRight() {
    raise(member, 7);
    assertThat(difference()).isEqualTo(7);

    raise(member, -7);
    assertThat(difference()).isZero();
  }

  @Test
  void balancesThatAreWrongByOppositeAmountsAreFoundThoughTheirSumIsRight() {
    raise(member, 7);
    raise(other, -7);
    assertThat(difference()).isEqualTo(14);

    raise(member, -7);
    raise(other, 7);
    assertThat(difference()).isZero();
  }

  @Test
  void anEntryChangedBehindTheTriggersIsFound() throws SQLException {
    changeEntriesOf(member, 5);
    assertThat(difference()).isEqualTo(5);

    changeEntriesOf(member, -5);
    assertThat(difference()).isZero();
  }

  @Test
  void anEntryChangedAfterItWasSummedIsFound() throws SQLException {
    UUID longAgo = idOf(Instant.now().minusSeconds(3600));
    post(longAgo, member, 30);
    assertThat(difference()).isZero();
    assertThat(summedThrough()).isGreaterThanOrEqualTo(longAgo.toString());

    changeEntriesOf(member, 5);
    // Two entries of the member are 5 points more each.
    assertThat(difference()).isEqualTo(10);

    changeEntriesOf(member, -5);
    assertThat(difference()).isZero();
  }

  @Test
  void aTransactionThatWasCommittedVeryLateIsNoDifference() {
    post(idOf(Instant.now().minusSeconds(600)), member, 30);
    assertThat(difference()).isZero();

    post(idOf(Instant.now().minusSeconds(1200)), member, 40);

    assertThat(difference()).isZero();
  }

  @Test
  void theAlertsMetricIsThere() {
    raise(member, 3);
    difference();

    assertThat(given().get(metrics).asString())
        .containsPattern("(?m)^dotori_ledger_difference_points(\\{.*})? 3.0$");

    raise(member, -3);
    assertThat(difference()).isZero();
  }

  private double difference() {
    reconciliation.run();
    return meters.get("dotori.ledger.difference").gauge().value();
  }

  private void raise(UUID memberId, long points) {
    database.update("UPDATE balance SET points = points + ? WHERE member_id = ?", points, memberId);
  }

  /** As the administrator: the service's user may neither drop a trigger nor change an entry. */
  private void changeEntriesOf(UUID memberId, long points) throws SQLException {
    String sql =
        "UPDATE points.ledger_entry SET points = points + %d WHERE credit_account = x'%s'"
            .formatted(points, memberId.toString().replace("-", ""));
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TRIGGER points.ledger_entry_no_update");
      statement.execute(sql);
      statement.execute(
          "CREATE TRIGGER points.ledger_entry_no_update BEFORE UPDATE ON points.ledger_entry"
              + " FOR EACH ROW SIGNAL SQLSTATE '45000'"
              + " SET MESSAGE_TEXT = 'ledger entries are immutable'");
    }
  }

  private String summedThrough() {
    return database
        .find("SELECT summed_through FROM reconciliation", row -> row.id(1).toString())
        .orElseThrow();
  }

  /** An id as it was made then. */
  private static UUID idOf(Instant time) {
    UUID any = UUID.randomUUID();
    return new UUID(
        time.toEpochMilli() << 16 | 0x7000 | any.getMostSignificantBits() & 0xfff,
        any.getLeastSignificantBits());
  }

  private void post(UUID transaction, UUID memberId, long points) {
    Movement movement =
        new Movement(Account.ofPurchases(UUID.randomUUID()), Account.ofMember(memberId), points);
    QuarkusTransaction.requiringNew()
        .run(() ->
            ledger.post(
                List.of(
                    new Posting(
                        transaction,
                        TransactionType.PURCHASE,
                        UUID.randomUUID(),
                        UUID.randomUUID(),
                        Instant.now(),
                        null,
                        List.of(movement),
                        LedgerEvents.distributed(transaction, memberId, points)))));
  }
}
