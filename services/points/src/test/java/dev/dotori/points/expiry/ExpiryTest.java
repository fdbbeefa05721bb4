package dev.dotori.points.expiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import dev.dotori.local.test.TestTokens;
import dev.dotori.points.PointsServiceTest;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ExpiryTest extends PointsServiceTest {

  private static final Instant YESTERDAY = Instant.now().minus(1, ChronoUnit.DAYS);
  private static final Instant TOMORROW =
      Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(1, ChronoUnit.DAYS);

  @Inject Expiry expiry;

  @Test
  void takesWhatIsOverAndLeavesTheRest() {
    UUID member = newMember();
    earn(member, 10, YESTERDAY);
    earn(member, 20, TOMORROW);
    earn(member, 40, null);

    expireAll();

    assertThat(posted(member)).isEqualTo(60);
    points(member)
        .then()
        .body("balance", is(60))
        .body("lifetimeEarned", is(70))
        .body("expiring.points", is(List.of(20)))
        .body("expiring.at", is(List.of(TOMORROW.toString())));
    assertLedgerBalanced();
  }

  @Test
  void isNotUsableFromItsMomentOnHoweverLateThePostingIs() {
    UUID member = newMember();
    earn(member, 5, null);
    earn(member, 10, Instant.now().plusMillis(1500));
    points(member).then().body("balance", is(15));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> points(member).then().body("balance", is(5)));
  }

  @Test
  void happensByItself() {
    UUID member = newMember();
    earn(member, 10, YESTERDAY);
    await().atMost(Duration.ofSeconds(60)).until(() -> posted(member) == 0);
    assertLedgerBalanced();
  }

  @Test
  void takesOnlyWhatIsNotUsedYet() {
    UUID member = newMember();
    earn(member, 10, TOMORROW);
    post(
            TestTokens.operator(),
            "/v1/points/adjustments",
            UUID.randomUUID().toString(),
            "{\"memberId\": \"%s\", \"points\": -4, \"reason\": \"a test\"}".formatted(member))
        .then()
        .statusCode(201);
    timePasses(member);
    expireAll();
    as(TestTokens.member(member))
        .get("/v1/members/{id}/points/entries", member)
        .then()
        .body("items.type", is(List.of("expiry", "adjustment", "purchase")))
        .body("items.points", is(List.of(-6, -4, 10)))
        .body("items.balanceAfter", is(List.of(0, 6, 10)));
    assertLedgerBalanced();
  }

  @Test
  void isSaidOnceForAllThatExpiresTogether() {
    UUID member = newMember();
    earn(member, 10, YESTERDAY);
    earn(member, 20, YESTERDAY);
    expireAll();
    expireAll();
    assertThat(said(member)).isEqualTo(1);
    assertThat(
            count(
                "ledger_entry WHERE debit_class = 1 AND credit_class = 7 AND points = 30"
                    + " AND debit_account = x'"
                    + hex(member)
                    + "'"))
        .isEqualTo(1);
  }

  @Test
  void isBounded() {
    List<UUID> members = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      UUID member = newMember();
      earn(member, 1, YESTERDAY);
      members.add(member);
    }
    assertThat(expiry.expireDue(Instant.now(), 2)).isLessThanOrEqualTo(2);
    expireAll();
    assertThat(members).allSatisfy(member -> assertThat(posted(member)).isZero());
  }

  @Test
  void aCrashWithinLeavesItDueAndTheNextOneTakesItOnce() {
    UUID member = newMember();
    earn(member, 10, YESTERDAY);
    assertThatThrownBy(() ->
            QuarkusTransaction.requiringNew()
                .run(() -> {
                  expiry.expireDue(Instant.now(), 1000);
                  throw new IllegalStateException("a crash");
                }))
        .hasMessage("a crash");
    assertThat(said(member)).isZero();
    expireAll();
    assertThat(posted(member)).isZero();
    assertThat(said(member)).isEqualTo(1);
  }

  @Test
  void manyProcessesAtOnceTakeEachOnce() throws Exception {
    List<UUID> members = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      UUID member = newMember();
      earn(member, 3, YESTERDAY);
      earn(member, 4, TOMORROW);
      members.add(member);
    }
    atOnce(
        Collections.nCopies(
            4,
            () -> {
              while (expiry.expireDue(Instant.now(), 7) > 0) {
                // more of the same
              }
              return true;
            }));
    // What one process had locked the others passed over.
    expireAll();
    assertThat(members)
        .allSatisfy(member -> {
          assertThat(posted(member)).isEqualTo(4);
          assertThat(said(member)).isEqualTo(1);
        });
    assertLedgerBalanced();
  }

  @Test
  void aBalanceOfTheReleaseBeforeIsLookedAtNowAndADayLater() {
    UUID member = newMember();
    earn(member, 10, YESTERDAY);
    database.update("UPDATE balance SET next_expiry = DEFAULT WHERE member_id = ?", member);
    Instant before = Instant.now();
    expireAll();
    assertThat(posted(member)).isZero();
    assertThat(nextLook(member))
        .hasValueSatisfying(it ->
            assertThat(it)
                .isBetween(
                    before.plus(23, ChronoUnit.HOURS), Instant.now().plus(25, ChronoUnit.HOURS)));
    // The second look finds nothing, and is the last.
    database.update("UPDATE balance SET next_expiry = ? WHERE member_id = ?", YESTERDAY, member);
    expireAll();
    assertThat(nextLook(member)).isEmpty();
  }

  private void expireAll() {
    while (expiry.expireDue(Instant.now(), 100) > 0) {
      // more of the same
    }
  }

  /** As if it were the day after tomorrow. */
  private void timePasses(UUID member) {
    database.update("UPDATE lot SET expires_at = ? WHERE member_id = ?", YESTERDAY, member);
    database.update("UPDATE balance SET next_expiry = ? WHERE member_id = ?", YESTERDAY, member);
  }

  private Optional<Instant> nextLook(UUID member) {
    return Optional.ofNullable(
        database
            .list(
                "SELECT next_expiry FROM balance WHERE member_id = ?",
                row -> row.instant(1),
                member)
            .getFirst());
  }

  /** The balance by what is posted, not by what a member is told. */
  private long posted(UUID member) {
    return database
        .find("SELECT points FROM balance WHERE member_id = ?", row -> row.number(1), member)
        .orElse(0L);
  }

  private long said(UUID member) {
    return count(
        "outbox WHERE type = 'points.expired.v1'"
            + " AND CONVERT(data USING utf8mb4) LIKE '%"
            + member
            + "%'");
  }

  private static String hex(UUID id) {
    return id.toString().replace("-", "");
  }
}
