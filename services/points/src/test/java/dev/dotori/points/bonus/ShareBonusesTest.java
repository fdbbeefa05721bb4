package dev.dotori.points.bonus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.dotori.events.Event;
import dev.dotori.events.SharePublished;
import dev.dotori.local.test.TestTokens;
import dev.dotori.points.PointsServiceTest;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the bonus. The purchases earn nothing, so that a balance is all bonus. */
@QuarkusTest
class ShareBonusesTest extends PointsServiceTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Inject ShareBonuses bonuses;

  @Test
  void aPublishedShareEarnsItsAuthorTheBonusOfTheStore() {
    UUID store = newStore();
    UUID author = newMember();
    UUID purchase = record(store, author, 0);
    Event<SharePublished> share = share(author, purchase, "facebook", NOON);

    give(share);

    assertThat(bonusesOf(author)).isEqualTo(20);
    as(TestTokens.member(author))
        .get("/v1/members/{id}/points/entries", author)
        .then()
        .body("items[0].type", is("share_bonus"))
        .body("items[0].points", is(20))
        .body("items[0].balanceAfter", is(20))
        .body("items[0].purchaseId", is(purchase.toString()))
        .body("items[0].shareId", is(share.data().shareId().toString()));
    assertLedgerBalanced();
  }

  @Test
  void oncePerPurchaseAndNetwork() {
    UUID store = newStore();
    UUID author = newMember();
    UUID friend = newMember();
    UUID purchase = record(store, author, 0, friend);
    give(share(author, purchase, "facebook", NOON));
    give(share(author, purchase, "facebook", NOON.plusSeconds(60)));
    give(share(friend, purchase, "facebook", NOON));
    assertThat(bonusesOf(author)).isEqualTo(20);
    assertThat(bonusesOf(friend)).isZero();
    give(share(author, purchase, "x", NOON));
    assertThat(bonusesOf(author)).isEqualTo(40);
  }

  @Test
  void aRedeliveredShareEarnsNothingMore() {
    UUID author = newMember();
    UUID purchase = record(newStore(), author, 0);
    Event<SharePublished> share = share(author, purchase, "facebook", NOON);
    give(share);
    give(share);
    give(List.of(share, share));
    assertThat(bonusesOf(author)).isEqualTo(20);
  }

  @Test
  void onlyAParticipantOfThePurchaseEarnsIt() {
    UUID stranger = newMember();
    UUID purchase = record(newStore(), newMember(), 0);
    give(share(stranger, purchase, "facebook", NOON));
    give(share(stranger, UUID.randomUUID(), "facebook", NOON));
    give(share(stranger, null, "facebook", NOON));
    assertThat(bonusesOf(stranger)).isZero();
  }

  @Test
  void aMemberWhoLeftEarnsNothing() {
    UUID author = newMember();
    UUID purchase = record(newStore(), author, 0);
    database.update("UPDATE member SET closed_at = ? WHERE id = ?", NOON, author);
    give(share(author, purchase, "facebook", NOON));
    assertThat(count("share_bonus WHERE member_id = x'" + hex(author) + "'")).isZero();
  }

  @Test
  void aShareOfAPurchaseThatIsWhollyRefundedEarnsNothing() {
    UUID store = newStore();
    UUID author = newMember();
    UUID purchase = record(store, author, 100);
    refund(store, purchase, 99);
    give(share(author, purchase, "facebook", NOON));
    refund(store, purchase, 1);
    give(share(author, purchase, "x", NOON));
    assertThat(count("share_bonus WHERE member_id = x'" + hex(author) + "'")).isEqualTo(1);
  }

  private static void refund(UUID store, UUID purchase, long amount) {
    String body = "{\"amount\": {\"amount\": %d, \"currency\": \"USD\"}}".formatted(amount);
    post(
            TestTokens.store(store),
            "/v1/purchases/" + purchase + "/refunds",
            UUID.randomUUID().toString(),
            body)
        .then()
        .statusCode(202);
  }

  @Test
  void theDailyCapIsPerStoreAndUtcDay() {
    UUID store =
        peer.addStore(TERMS.replace("\"shareBonusDailyCap\": 60", "\"shareBonusDailyCap\": 50"));
    UUID author = newMember();
    List<UUID> purchases = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      purchases.add(record(store, author, 0));
    }
    Instant lastMoment = Instant.parse("2026-03-01T23:59:59.999999Z");
    give(share(author, purchases.get(0), "x", lastMoment));
    give(share(author, purchases.get(1), "x", lastMoment));
    give(share(author, purchases.get(2), "x", lastMoment)); // 10 are left of 50
    assertThat(bonusesOf(author)).isEqualTo(50);
    give(share(author, purchases.get(3), "x", lastMoment)); // none are
    assertThat(bonusesOf(author)).isEqualTo(50);
    give(share(author, purchases.get(3), "facebook", lastMoment.plusMillis(1))); // a new day
    assertThat(bonusesOf(author)).isEqualTo(70);
    give(share(author, record(newStore(), author, 0), "x", lastMoment)); // another store
    assertThat(bonusesOf(author)).isEqualTo(90);
  }

  @Test
  void theProgramAtThePurchaseDecides() {
    UUID store = newStore();
    UUID author = newMember();
    UUID purchase = record(store, author, 0);
    database.update(
        "INSERT INTO program_version (store_id, version, earn_rate, min_purchase, share_bonus,"
            + " share_bonus_daily_cap, max_participants, effective_at)"
            + " VALUES (?, 2, '0.1', 0, 5, 5, 5, ?)",
        store,
        NOON);
    give(share(author, purchase, "x", NOON));
    assertThat(bonusesOf(author)).isEqualTo(20);
    give(share(author, record(store, author, 0), "x", NOON.plusSeconds(86_400)));
    assertThat(bonusesOf(author)).isEqualTo(25);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theCapIsExactWithManyWorkersAndAnyOrder(long seed) throws Exception {
    Random random = new Random(seed);
    UUID store = newStore();
    UUID author = newMember();
    UUID friend = newMember();
    List<Event<SharePublished>> shares = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      UUID purchase = record(store, author, 0, friend);
      for (UUID member : List.of(author, friend)) {
        for (String network : List.of("facebook", "x")) {
          shares.add(share(member, purchase, network, NOON.plusSeconds(random.nextInt(3600))));
        }
      }
    }
    List<Callable<Void>> workers = new ArrayList<>();
    for (int worker = 0; worker < 4; worker++) {
      List<Event<SharePublished>> shuffled = new ArrayList<>(shares);
      Collections.shuffle(shuffled, random);
      workers.add(() -> {
        for (int from = 0; from < shuffled.size(); from += 8) {
          giveTryingAgain(shuffled.subList(from, from + 8));
        }
        return null;
      });
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      for (Future<Void> worker : pool.invokeAll(workers)) {
        worker.get();
      }
    }
    assertThat(bonusesOf(author)).as("seed %d", seed).isEqualTo(60);
    assertThat(bonusesOf(friend)).as("seed %d", seed).isEqualTo(60);
    assertLedgerBalanced();
  }

  private long bonusesOf(UUID member) {
    return balance(member);
  }

  private void give(Event<SharePublished> share) {
    give(List.of(share));
  }

  private void give(List<Event<SharePublished>> shares) {
    QuarkusTransaction.requiringNew().run(() -> bonuses.give(shares));
  }

  private void giveTryingAgain(List<Event<SharePublished>> shares) {
    for (int attempt = 1; ; attempt++) {
      try {
        give(shares);
        return;
      } catch (RuntimeException e) {
        if (attempt == 20 || !String.valueOf(e).contains("Deadlock")) {
          throw e;
        }
      }
    }
  }

  private static Event<SharePublished> share(
      UUID author, UUID purchase, String network, Instant publishedAt) {
    return new Event<>(
        UUID.randomUUID(),
        publishedAt,
        null,
        null,
        new SharePublished(
            UUID.randomUUID(),
            UUID.randomUUID(),
            author,
            network,
            UUID.randomUUID(),
            purchase,
            "1",
            "https://example.org/1",
            publishedAt));
  }

  private static String hex(UUID id) {
    return id.toString().replace("-", "");
  }
}
