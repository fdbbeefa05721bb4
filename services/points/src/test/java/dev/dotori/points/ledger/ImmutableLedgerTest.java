package dev.dotori.points.ledger;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dotori.points.PointsServiceTest;
import dev.dotori.points.database.DatabaseException;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the database itself refuses, whoever asks. */
@QuarkusTest
class ImmutableLedgerTest extends PointsServiceTest {

  private final UUID transaction = UUID.randomUUID();
  private final UUID member = UUID.randomUUID();

  @BeforeEach
  void aPosting() {
    Movement movement =
        new Movement(Account.ofPurchases(UUID.randomUUID()), Account.ofMember(member), 10);
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
                        LedgerEvents.distributed(transaction, member, 10)))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE ledger_entry SET points = points + 1 WHERE transaction_id = ?",
        "DELETE FROM ledger_entry WHERE transaction_id = ?",
        "UPDATE ledger_transaction SET type = 2 WHERE id = ?",
        "DELETE FROM ledger_transaction WHERE id = ?"
      })
  void whatIsPostedStays(String statement) {
    assertThatThrownBy(() -> database.update(statement, transaction))
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("immutable");
  }

  @Test
  void anEntryMovesAtLeastOnePoint() {
    assertRefused(1, 2, UUID.randomUUID(), 1, member, 0);
    assertRefused(1, 2, UUID.randomUUID(), 1, member, -1);
  }

  @Test
  void anEntryMovesBetweenTwoAccounts() {
    assertRefused(1, 1, member, 1, member, 5);
  }

  @Test
  void anEntryBelongsToATransaction() {
    assertThatThrownBy(() -> insert(UUID.randomUUID(), 0, 2, UUID.randomUUID(), 1, member, 5))
        .isInstanceOf(DatabaseException.class);
  }

  @Test
  void aBalanceIsNeverNegative() {
    assertThatThrownBy(
            () -> database.update("UPDATE balance SET points = -1 WHERE member_id = ?", member))
        .isInstanceOf(DatabaseException.class);
  }

  private void assertRefused(
      int line, int debitClass, UUID debit, int creditClass, UUID credit, long points) {
    assertThatThrownBy(
            () -> insert(transaction, line, debitClass, debit, creditClass, credit, points))
        .isInstanceOf(DatabaseException.class);
  }

  private void insert(
      UUID id, int line, int debitClass, UUID debit, int creditClass, UUID credit, long points) {
    database.update(
        "INSERT INTO ledger_entry (transaction_id, line, debit_class, debit_account, credit_class,"
            + " credit_account, points) VALUES (?, ?, ?, ?, ?, ?, ?)",
        id,
        line,
        debitClass,
        debit,
        creditClass,
        credit,
        points);
  }
}
