package dev.dotori.points.refund;

import static java.util.stream.Collectors.toMap;

import dev.dotori.api.Ids;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemType;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.events.MoneyAmount;
import dev.dotori.events.PointsRefunded;
import dev.dotori.events.Portion;
import dev.dotori.events.TakenBack;
import dev.dotori.points.database.Database;
import dev.dotori.points.distribution.PurchaseDistribution;
import dev.dotori.points.ledger.Account;
import dev.dotori.points.ledger.Booking;
import dev.dotori.points.ledger.Holding;
import dev.dotori.points.ledger.Holdings;
import dev.dotori.points.ledger.Ledger;
import dev.dotori.points.ledger.LotUse;
import dev.dotori.points.ledger.Movement;
import dev.dotori.points.ledger.TransactionType;
import dev.dotori.points.purchase.Purchase;
import dev.dotori.points.purchase.Purchases;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes back what a purchase earned when the store gives its money back.
 *
 * <p>Of each participant the purchase's own points are taken first. Those of them that expired are
 * gone already, and are not taken again. Then come others; and what the member has spent, so that
 * it can't be taken, is owed, and paid by what the member gets next. The balance is never below
 * zero.
 *
 * <p>A purchase that waits to be distributed is distributed first, in the same transaction, so that
 * there is something to take: its event, when it comes, finds that done.
 */
@ApplicationScoped
public class Refunds {

  /** More is to be refunded than is left of the purchase's amount. */
  public static final ProblemType REFUND_EXCEEDS_PURCHASE =
      new ProblemType("refund-exceeds-purchase", 422, "More than is left of the purchase");

  private final Database database;
  private final Purchases purchases;
  private final PurchaseDistribution distribution;
  private final Holdings holdings;
  private final Ledger ledger;

  Refunds(
      Database database,
      Purchases purchases,
      PurchaseDistribution distribution,
      Holdings holdings,
      Ledger ledger) {
    this.database = database;
    this.purchases = purchases;
    this.distribution = distribution;
    this.holdings = holdings;
    this.ledger = ledger;
  }

  /** How far a purchase is refunded: of its amount, and of what it earned. */
  private record Progress(long refunded, long takenBack) {}

  /**
   * Refunds a part of a purchase, or the whole, in the caller's transaction.
   *
   * @return empty when the store has no such purchase
   * @throws ProblemException {@link #REFUND_EXCEEDS_PURCHASE}
   * @throws ViolationException when it is of nothing, or in another currency
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public Optional<Refund> refund(UUID storeId, UUID purchaseId, RefundRequest request) {
    return purchases
        .find(purchaseId)
        .filter(purchase -> purchase.storeId().equals(storeId))
        .map(purchase -> refund(purchase, request));
  }

  private Refund refund(Purchase purchase, RefundRequest request) {
    checkAmount(purchase, request);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    Progress before = lock(purchase);
    Progress after = progress(purchase, before, request.amount().amount());
    UUID distributed = distributionOf(purchase);

    List<Long> takenBefore = takenOf(purchase);
    List<Long> takenAfter =
        TakeBack.of(
            purchase.distribution().stream().map(Portion::points).toList(),
            takenBefore,
            after.takenBack());
    List<TakenBack> takenNow = new ArrayList<>();
    for (int i = 0; i < takenAfter.size(); i++) {
      takenNow.add(
          new TakenBack(
              purchase.distribution().get(i).memberId(), takenAfter.get(i) - takenBefore.get(i)));
    }
    Refund refund =
        new Refund(
            Ids.next(),
            purchase.id(),
            request.amount(),
            request.reason(),
            after.takenBack() - before.takenBack(),
            takenNow,
            now);
    ledger.book(List.of(booking(purchase, refund, distributed)));
    save(purchase, refund, after, takenAfter);
    return refund;
  }

  private static void checkAmount(Purchase purchase, RefundRequest request) {
    if (request.amount().amount() < 1) {
      throw new ViolationException("amount.amount", "must be greater than or equal to 1");
    }
    if (!request.amount().currency().equals(purchase.amount().currency())) {
      throw new ViolationException(
          "amount.currency", "must be the purchase's, " + purchase.amount().currency());
    }
  }

  /** Makes other refunds of the purchase wait; how far it is refunded. */
  private Progress lock(Purchase purchase) {
    database.update(
        "INSERT INTO refunded_purchase (purchase_id, amount, earned, refunded, taken_back)"
            + " VALUES (?, ?, ?, 0, 0) ON DUPLICATE KEY UPDATE refunded = refunded",
        purchase.id(),
        purchase.amount().amount(),
        purchase.earned());
    return database
        .find(
            "SELECT refunded, taken_back FROM refunded_purchase WHERE purchase_id = ?",
            row -> new Progress(row.number(1), row.number(2)),
            purchase.id())
        .orElseThrow();
  }

  private static Progress progress(Purchase purchase, Progress before, long amount) {
    long whole = purchase.amount().amount();
    if (amount > whole - before.refunded()) {
      throw new ProblemException(
          REFUND_EXCEEDS_PURCHASE,
          "Of the purchase's %d, %d are refunded already.".formatted(whole, before.refunded()));
    }
    long refunded = before.refunded() + amount;
    return new Progress(refunded, TakeBack.total(purchase.earned(), refunded, whole));
  }

  /** The transaction that distributed the purchase, by now at the latest. */
  private UUID distributionOf(Purchase purchase) {
    return purchases
        .distributionOf(purchase.id())
        .orElseGet(() -> {
          distribution.distributeNow(purchases.recorded(purchase));
          return purchases.distributionOf(purchase.id()).orElseThrow();
        });
  }

  private List<Long> takenOf(Purchase purchase) {
    List<Long> taken =
        database.list(
            "SELECT taken_back FROM refunded_portion WHERE purchase_id = ? ORDER BY position",
            row -> row.number(1),
            purchase.id());
    return taken.isEmpty() ? Collections.nCopies(purchase.distribution().size(), 0L) : taken;
  }

  private Booking booking(Purchase purchase, Refund refund, UUID distributed) {
    List<TakenBack> taken = refund.takenBack().stream().filter(it -> it.points() > 0).toList();
    Map<UUID, Holding> opened =
        holdings.open(taken.stream().map(TakenBack::memberId).toList(), refund.refundedAt());
    Map<UUID, Long> expired = expiredOf(purchase, distributed, opened.keySet());
    Account store = Account.ofPurchases(purchase.storeId());
    List<Movement> movements = new ArrayList<>();
    List<LotUse> uses = new ArrayList<>();
    for (TakenBack part : taken) {
      UUID memberId = part.memberId();
      Holding holding = opened.get(memberId);
      List<LotUse> own = holding.takeOf(distributed, part.points());
      long afterOwn = part.points() - sum(own);
      long gone = Math.min(afterOwn, expired.getOrDefault(memberId, 0L));
      List<LotUse> others = holding.takeUpTo(afterOwn - gone);
      long owed = afterOwn - gone - sum(others);

      uses.addAll(own);
      uses.addAll(others);
      move(Account.ofMember(memberId), store, sum(own) + sum(others), movements);
      move(Account.ofExpired(memberId), store, gone, movements);
      move(Account.ofDebt(memberId), store, owed, movements);
    }
    return new Booking(
        Ids.next(),
        TransactionType.REFUND,
        refund.id(),
        purchase.id(),
        refund.refundedAt(),
        movements,
        uses,
        List.of(),
        new PointsRefunded(
            refund.id(),
            purchase.id(),
            purchase.storeId(),
            new MoneyAmount(refund.amount().amount(), refund.amount().currency()),
            refund.points(),
            refund.takenBack(),
            refund.refundedAt()));
  }

  private static void move(Account from, Account to, long points, List<Movement> movements) {
    if (points > 0) {
      movements.add(new Movement(from, to, points));
    }
  }

  private static long sum(List<LotUse> uses) {
    return uses.stream().mapToLong(LotUse::points).sum();
  }

  /**
   * What of the purchase's points expired in their owners' hands, less what earlier refunds made of
   * it: these are gone already, and nobody gives them twice. Types: 8 refund, 9 expiry. Class 7:
   * what expired.
   */
  private Map<UUID, Long> expiredOf(
      Purchase purchase, UUID distributed, Collection<UUID> memberIds) {
    if (memberIds.isEmpty()) {
      return Map.of();
    }
    String in = " IN (" + Database.placeholders(memberIds.size()) + ")";
    List<Object> parameters = new ArrayList<>();
    parameters.add(distributed);
    parameters.addAll(memberIds);
    parameters.add(purchase.id());
    parameters.addAll(memberIds);
    return database
        .list(
            "SELECT member_id, SUM(points) FROM ("
                + "SELECT u.member_id, u.points FROM lot_use u"
                + " JOIN ledger_transaction t ON t.id = u.transaction_id"
                + " WHERE u.lot_transaction_id = ? AND t.type = 9 AND u.member_id"
                + in
                + " UNION ALL SELECT e.debit_account, -e.points FROM ledger_entry e"
                + " JOIN ledger_transaction t ON t.id = e.transaction_id"
                + " WHERE e.debit_class = 7 AND t.type = 8 AND t.purchase_id = ?"
                + " AND e.debit_account"
                + in
                + ") x GROUP BY member_id",
            row -> Map.entry(row.id(1), row.number(2)),
            parameters.toArray())
        .stream()
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private void save(Purchase purchase, Refund refund, Progress after, List<Long> takenAfter) {
    List<Object[]> portions = new ArrayList<>();
    for (int i = 0; i < takenAfter.size(); i++) {
      portions.add(
          new Object[] {
            purchase.id(), i, purchase.distribution().get(i).points(), takenAfter.get(i)
          });
    }
    database.insert(
        "INSERT INTO refunded_portion (purchase_id, position, points, taken_back)",
        portions,
        "ON DUPLICATE KEY UPDATE taken_back = VALUES(taken_back)");
    database.update(
        "UPDATE refunded_purchase SET refunded = ?, taken_back = ? WHERE purchase_id = ?",
        after.refunded(),
        after.takenBack(),
        purchase.id());
    database.update(
        "INSERT INTO refund (id, purchase_id, amount, points, reason, refunded_at)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        refund.id(),
        purchase.id(),
        refund.amount().amount(),
        refund.points(),
        refund.reason(),
        refund.refundedAt());
  }
}
