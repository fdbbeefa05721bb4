package dev.dotori.points.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.dotori.local.test.TestTokens;
import dev.dotori.points.PointsServiceTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What members, stores and operators read of the ledger. */
@QuarkusTest
class StatementTest extends PointsServiceTest {

  @Test
  void aMemberWithoutPurchasesHasNothing() {
    points(newMember())
        .then()
        .statusCode(200)
        .body("balance", is(0))
        .body("pending", is(0))
        .body("lifetimeEarned", is(0))
        .body("expiring", hasSize(0))
        .body("asOf", notNullValue());
  }

  @Test
  void whatIsNotPostedYetIsPending() {
    UUID member = newMember();
    UUID store = newStore();
    record(store, member, 1000);
    // Whichever moment it is seen at, the points are either pending or in the balance.
    JsonPath seen = points(member).jsonPath();
    assertThat(seen.getLong("pending") + seen.getLong("balance")).isEqualTo(100);
  }

  @Test
  void pointsAreNeverSeenTwiceOrNotAtAll() {
    UUID member = newMember();
    UUID store = newStore();
    long recorded = 0;
    for (int i = 0; i < 40; i++) {
      record(store, member, 10);
      recorded++;
      JsonPath seen = points(member).jsonPath();
      assertThat(seen.getLong("pending") + seen.getLong("balance")).isEqualTo(recorded);
    }
  }

  @Test
  void whatIsPostedIsTheBalance() {
    UUID member = newMember();
    UUID store = newStore();
    awaitDistributed(record(store, member, 1000));
    awaitDistributed(record(store, newMember(), 1000, member));
    points(member)
        .then()
        .body("balance", is(150))
        .body("pending", is(0))
        .body("lifetimeEarned", is(150));
  }

  @Test
  void expiringPointsAreSummedByDay() {
    UUID store = peer.addStore(TERMS.replace("\"expiryDays\": null", "\"expiryDays\": 30"));
    UUID member = newMember();
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    awaitDistributed(record(store, member, 1000));
    awaitDistributed(record(store, member, 500));
    awaitDistributed(record(newStore(), member, 700));
    List<Integer> points = points(member).path("expiring.points");
    List<String> days = points(member).path("expiring.at");
    assertThat(points.stream().mapToInt(Integer::intValue).sum()).isEqualTo(150);
    // More than one day only if midnight passed during the test.
    assertThat(days.getFirst()).isIn(midnight(today.plusDays(31)), midnight(today.plusDays(32)));
  }

  @Test
  void aPastBalanceIsWhatItWasThen() {
    UUID store = peer.addStore(TERMS.replace("\"expiryDays\": null", "\"expiryDays\": 30"));
    UUID member = newMember();
    List<String> moments = new ArrayList<>(List.of(Instant.now().toString()));
    for (int amount : new int[] {1000, 500, 20}) {
      awaitDistributed(record(store, member, amount));
      moments.add(Instant.now().toString());
    }
    long[] balances = {0, 100, 150, 152};
    for (int i = 0; i < balances.length; i++) {
      JsonPath then =
          as(TestTokens.member(member))
              .get("/v1/members/{id}/points?at={at}", member, moments.get(i))
              .jsonPath();
      assertThat(then.getLong("balance")).isEqualTo(balances[i]);
      assertThat(then.getLong("lifetimeEarned")).isEqualTo(balances[i]);
      assertThat(then.getLong("pending")).isZero();
      assertThat(then.getList("expiring.points", Long.class).stream().mapToLong(it -> it).sum())
          .isEqualTo(balances[i]);
    }
  }

  @Test
  void aPastThatIsNoneIsRefused() {
    UUID member = newMember();
    for (String at : List.of("yesterday", "2999-01-01T00:00:00Z", "-1", "1969-01-01T00:00:00Z")) {
      as(TestTokens.member(member))
          .get("/v1/members/{id}/points?at={at}", member, at)
          .then()
          .statusCode(400)
          .body("violations.field", is(List.of("at")));
    }
  }

  private static String midnight(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toString();
  }

  @Test
  void theStatementGoesBackPageByPageWithTheBalanceAfterEachLine() {
    UUID member = newMember();
    UUID store = newStore();
    for (int i = 1; i <= 5; i++) {
      awaitDistributed(record(store, member, i * 10));
    }
    List<Integer> points = new ArrayList<>();
    List<Integer> balances = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    String next = "";
    int pages = 0;
    while (next != null) {
      Response page =
          as(TestTokens.member(member))
              .get("/v1/members/{id}/points/entries?limit=2&cursor={next}", member, next);
      points.addAll(page.path("items.points"));
      balances.addAll(page.path("items.balanceAfter"));
      ids.addAll(page.path("items.id"));
      next = page.path("next");
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    assertThat(points).containsExactly(5, 4, 3, 2, 1);
    assertThat(balances).containsExactly(15, 10, 6, 3, 1);
    assertThat(new HashSet<>(ids)).hasSize(5);
    assertThat(ids).allSatisfy(id -> assertThat(UUID.fromString(id).version()).isEqualTo(7));
  }

  @Test
  void aLineNamesItsPurchase() {
    UUID member = newMember();
    UUID purchase = record(newStore(), member, 1000);
    awaitDistributed(purchase);
    as(TestTokens.operator())
        .get("/v1/members/{id}/points/entries", member)
        .then()
        .body("items", hasSize(1))
        .body("items[0].type", is("purchase"))
        .body("items[0].purchaseId", is(purchase.toString()))
        .body("items[0].shareId", nullValue())
        .body("items[0].at", notNullValue())
        .body("next", nullValue());
  }

  @Test
  void aPageThatIsNoPageIsRefused() {
    UUID member = newMember();
    for (String query : List.of("limit=0", "limit=201", "limit=x", "cursor=x", "cursor=%F0")) {
      as(TestTokens.member(member))
          .urlEncodingEnabled(false)
          .get("/v1/members/" + member + "/points/entries?" + query)
          .then()
          .statusCode(400);
    }
  }

  @Test
  void areSeenByTheMemberOperatorsAndTheStoresTheyBoughtAt() {
    UUID member = newMember();
    UUID store = newStore();
    record(store, member, 1000);
    for (String token :
        List.of(TestTokens.member(member), TestTokens.operator(), TestTokens.store(store))) {
      as(token).get("/v1/members/{id}/points", member).then().statusCode(200);
    }
    for (String token : List.of(TestTokens.member(newMember()), TestTokens.store(newStore()))) {
      as(token).get("/v1/members/{id}/points", member).then().statusCode(404);
    }
    as(TestTokens.operator())
        .get("/v1/members/{id}/points", UUID.randomUUID())
        .then()
        .statusCode(404);
    as(TestTokens.member(newMember()))
        .get("/v1/members/{id}/points/entries", member)
        .then()
        .statusCode(404);
    as(TestTokens.store(store))
        .get("/v1/members/{id}/points/entries", member)
        .then()
        .statusCode(403);
  }

  @Test
  void theTrialBalanceIsForOperators() {
    as(TestTokens.store(newStore())).get("/v1/ledger/trial-balance").then().statusCode(403);
    as(TestTokens.member(newMember())).get("/v1/ledger/trial-balance").then().statusCode(403);
  }

  @Test
  void theTrialBalanceCountsEachPointOnBothSides() {
    awaitDistributed(record(newStore(), newMember(), 1000, newMember()));
    JsonPath balance = as(TestTokens.operator()).get("/v1/ledger/trial-balance").jsonPath();
    assertThat(balance.getLong("debits")).isPositive();
    assertThat(balance.getLong("credits")).isEqualTo(balance.getLong("debits"));
    assertThat(balance.getLong("difference")).isZero();
    assertThat(balance.getLong("liability"))
        .isEqualTo(
            balance.getLong("accounts.members.credits")
                - balance.getLong("accounts.members.debits")
                + balance.getLong("accounts.holds.credits")
                - balance.getLong("accounts.holds.debits"));
    assertThat(balance.getLong("accounts.purchases.debits")).isPositive();
  }

  @Test
  void theTrialBalanceTellsWhenABalanceIsNotWhatTheEntriesSumTo() {
    UUID member = newMember();
    awaitDistributed(record(newStore(), member, 1000));
    database.update("UPDATE balance SET points = points + 1 WHERE member_id = ?", member);
    try {
      as(TestTokens.operator()).get("/v1/ledger/trial-balance").then().body("difference", is(-1));
    } finally {
      database.update("UPDATE balance SET points = points - 1 WHERE member_id = ?", member);
    }
  }
}
