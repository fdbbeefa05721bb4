package dev.dotori.points.purchase;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.dotori.api.Ids;
import dev.dotori.api.Money;
import dev.dotori.api.page.Cursor;
import dev.dotori.api.page.Page;
import dev.dotori.api.page.PageRequest;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemType;
import dev.dotori.events.MoneyAmount;
import dev.dotori.events.Portion;
import dev.dotori.events.PurchaseRecorded;
import dev.dotori.outbox.Outbox;
import dev.dotori.points.database.Database;
import dev.dotori.points.database.Database.Row;
import dev.dotori.points.database.DatabaseException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Records purchases and finds them again. */
@ApplicationScoped
public class Purchases {

  /** A store sent a receipt that is a purchase already. */
  public static final ProblemType RECEIPT_ALREADY_RECORDED =
      new ProblemType("receipt-already-recorded", 409, "The receipt is recorded already");

  // A purchase is distributed when the ledger has its transaction; refunds come after that.
  private static final String SELECT_PURCHASE =
      "SELECT p.id, p.store_id, p.member_id, p.amount, p.currency, p.receipt_no, p.occurred_at,"
          + " p.recorded_at, p.earned, p.expires_at,"
          + " EXISTS (SELECT 1 FROM ledger_transaction t WHERE t.reference = p.id),"
          + " r.refunded IS NOT NULL, r.refunded = p.amount FROM purchase p"
          + " LEFT JOIN refunded_purchase r ON r.purchase_id = p.id";

  // Greater than every id there is: where a first page begins.
  private static final UUID AFTER_ALL = new UUID(-1, -1);

  private final Database database;
  private final Earnings earnings;
  private final Outbox outbox;

  Purchases(Database database, Earnings earnings, Outbox outbox) {
    this.database = database;
    this.earnings = earnings;
    this.outbox = outbox;
  }

  /** What the purchase would earn if it were recorded now. */
  public Earning preview(UUID storeId, PurchaseRequest request) {
    return earnings.of(storeId, request, now());
  }

  /**
   * Records a purchase with its split, and says so; the points follow by the event.
   *
   * @throws ProblemException {@link #RECEIPT_ALREADY_RECORDED} naming the purchase that is there
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public Purchase record(UUID storeId, PurchaseRequest request) {
    Instant now = now();
    Earning earning = earnings.of(storeId, request, now);
    Purchase purchase =
        new Purchase(
            Ids.next(),
            storeId,
            request.memberId(),
            request.amount(),
            request.receiptNo(),
            request.occurredAt().truncatedTo(ChronoUnit.MICROS),
            now,
            Purchase.Status.PENDING,
            earning.earned(),
            earning.expiresAt(),
            earning.distribution());
    insert(purchase, earning.programVersion());
    outbox.add(recorded(purchase, earning.programVersion()));
    return purchase;
  }

  /** The purchase of this id. */
  public Optional<Purchase> find(UUID id) {
    return withDistributions(
            database.list(SELECT_PURCHASE + " WHERE p.id = ?", Purchases::purchase, id))
        .stream()
        .findFirst();
  }

  /** The purchases that a member made or shares, newest first. */
  public Page<Purchase> ofMember(UUID memberId, PageRequest request) {
    List<Purchase> purchases =
        database.list(
            SELECT_PURCHASE
                + " JOIN (SELECT purchase_id FROM purchase_participant"
                + " WHERE member_id = ? AND purchase_id < ? ORDER BY purchase_id DESC LIMIT ?) m"
                + " ON m.purchase_id = p.id ORDER BY p.id DESC",
            Purchases::purchase,
            memberId,
            request.cursor().map(cursor -> cursor.id(0)).orElse(AFTER_ALL),
            request.limit() + 1);
    return Page.of(withDistributions(purchases), request, purchase -> Cursor.of(purchase.id()));
  }

  /** Whether a member ever took part in a purchase at a store. */
  public boolean isCustomer(UUID memberId, UUID storeId) {
    return database
        .find(
            "SELECT 1 FROM purchase_participant m JOIN purchase p ON p.id = m.purchase_id"
                + " WHERE m.member_id = ? AND p.store_id = ? LIMIT 1",
            row -> true,
            memberId,
            storeId)
        .isPresent();
  }

  /** The ledger's transaction that posted a purchase's points, once there is one. */
  public Optional<UUID> distributionOf(UUID purchaseId) {
    return database.find(
        "SELECT id FROM ledger_transaction WHERE reference = ?", row -> row.id(1), purchaseId);
  }

  /** The event that said a purchase. */
  public PurchaseRecorded recorded(Purchase purchase) {
    int programVersion =
        database
            .find(
                "SELECT program_version FROM purchase WHERE id = ?",
                row -> row.integer(1),
                purchase.id())
            .orElseThrow();
    return recorded(purchase, programVersion);
  }

  private void insert(Purchase purchase, int programVersion) {
    try {
      database.update(
          "INSERT INTO purchase (id, store_id, member_id, amount, currency, receipt_no,"
              + " program_version, earned, expires_at, occurred_at, recorded_at)"
              + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          purchase.id(),
          purchase.storeId(),
          purchase.memberId(),
          purchase.amount().amount(),
          purchase.amount().currency(),
          purchase.receiptNo(),
          programVersion,
          purchase.earned(),
          purchase.expiresAt(),
          purchase.occurredAt(),
          purchase.recordedAt());
    } catch (DatabaseException e) {
      throw e.isDuplicateKey() ? alreadyRecorded(purchase) : e;
    }
    List<Object[]> rows = new ArrayList<>();
    for (Portion portion : purchase.distribution()) {
      rows.add(
          new Object[] {
            purchase.id(), rows.size(), portion.memberId(), portion.weight(), portion.points()
          });
    }
    database.insert(
        "INSERT INTO purchase_participant (purchase_id, position, member_id, weight, points)",
        rows,
        "");
  }

  private ProblemException alreadyRecorded(Purchase purchase) {
    UUID existing =
        database
            .find(
                "SELECT id FROM purchase WHERE store_id = ? AND receipt_no = ?",
                row -> row.id(1),
                purchase.storeId(),
                purchase.receiptNo())
            .orElseThrow();
    return new ProblemException(
        RECEIPT_ALREADY_RECORDED,
        "This store's receipt %s is purchase %s.".formatted(purchase.receiptNo(), existing));
  }

  private List<Purchase> withDistributions(List<Purchase> purchases) {
    if (purchases.isEmpty()) {
      return purchases;
    }
    Map<UUID, List<Portion>> byPurchase =
        database
            .list(
                "SELECT purchase_id, member_id, weight, points FROM purchase_participant"
                    + " WHERE purchase_id IN ("
                    + Database.placeholders(purchases.size())
                    + ") ORDER BY purchase_id, position",
                row -> Map.entry(row.id(1), new Portion(row.id(2), row.integer(3), row.number(4))),
                purchases.stream().map(Purchase::id).toArray())
            .stream()
            .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
    return purchases.stream().map(it -> it.with(byPurchase.get(it.id()))).toList();
  }

  private static Purchase purchase(Row row) throws SQLException {
    return new Purchase(
        row.id(1),
        row.id(2),
        row.id(3),
        new Money(row.number(4), row.text(5)),
        row.text(6),
        row.instant(7),
        row.instant(8),
        status(row.bool(11), row.bool(12), row.bool(13)),
        row.number(9),
        row.instant(10),
        List.of());
  }

  private static Purchase.Status status(boolean distributed, boolean refunded, boolean wholly) {
    if (refunded) {
      return wholly ? Purchase.Status.REFUNDED : Purchase.Status.PARTIALLY_REFUNDED;
    }
    return distributed ? Purchase.Status.DISTRIBUTED : Purchase.Status.PENDING;
  }

  private static PurchaseRecorded recorded(Purchase purchase, int programVersion) {
    return new PurchaseRecorded(
        purchase.id(),
        purchase.storeId(),
        purchase.memberId(),
        new MoneyAmount(purchase.amount().amount(), purchase.amount().currency()),
        purchase.receiptNo(),
        programVersion,
        purchase.earned(),
        purchase.expiresAt(),
        purchase.distribution(),
        purchase.occurredAt(),
        purchase.recordedAt());
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
