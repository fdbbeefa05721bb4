package dev.dotori.points.redemption;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.dotori.api.Ids;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemType;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.events.PointsRedeemed;
import dev.dotori.points.PointsConfig;
import dev.dotori.points.database.Database;
import dev.dotori.points.database.Database.Row;
import dev.dotori.points.ledger.Account;
import dev.dotori.points.ledger.Booking;
import dev.dotori.points.ledger.Holdings;
import dev.dotori.points.ledger.Ledger;
import dev.dotori.points.ledger.LotUse;
import dev.dotori.points.ledger.Movement;
import dev.dotori.points.ledger.TransactionType;
import dev.dotori.points.member.Members;
import dev.dotori.points.redemption.Redemption.Status;
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

/**
 * Holds points for a store, and spends them or gives them back.
 *
 * <p>Held points have left the balance, so that they can't be used twice, and lie in an account of
 * their redemption. What is given back goes to the lots that it came of, with their expiry: a hold
 * makes no points last longer.
 *
 * <p>A hold ends once. Its row is locked by who ends it, and a row that has ended can't be changed.
 */
@ApplicationScoped
public class Redemptions {

  /** The points went another way: captured, when they are to be given back; or the reverse. */
  public static final ProblemType REDEMPTION_OVER =
      new ProblemType("redemption-over", 409, "The points are held no longer");

  private static final String SELECT =
      "SELECT id, store_id, member_id, points, reference, status, held_at, held_until, ended_at,"
          + " hold_transaction_id, ending_reference FROM redemption";

  private final Database database;
  private final Members members;
  private final Holdings holdings;
  private final Ledger ledger;
  private final PointsConfig config;

  Redemptions(
      Database database, Members members, Holdings holdings, Ledger ledger, PointsConfig config) {
    this.database = database;
    this.members = members;
    this.holdings = holdings;
    this.ledger = ledger;
    this.config = config;
  }

  /** A redemption, and by what its hold is found in the ledger. */
  private record Held(Redemption redemption, UUID holdTransactionId, UUID endingReference) {}

  /**
   * Holds a member's points.
   *
   * @throws ProblemException {@link dev.dotori.points.ledger.Holding#INSUFFICIENT_POINTS}
   * @throws ViolationException when there is no such member, or they have left
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public Redemption hold(UUID storeId, RedemptionRequest request) {
    UUID memberId = request.memberId();
    if (!members.payable(List.of(memberId)).contains(memberId)) {
      throw new ViolationException("memberId", "is not a member");
    }
    Instant now = now();
    Held held =
        new Held(
            new Redemption(
                Ids.next(),
                storeId,
                memberId,
                request.points(),
                request.reference(),
                Status.HELD,
                now,
                now.plus(config.holdTime()).truncatedTo(ChronoUnit.MICROS),
                null),
            Ids.next(),
            Ids.next());
    List<LotUse> used = holdings.open(memberId, now).spend(request.points());
    ledger.book(List.of(hold(held, used)));
    insert(held);
    return held.redemption();
  }

  /** The redemption of this id. */
  public Optional<Redemption> find(UUID id) {
    return database.find(SELECT + " WHERE id = ?", Redemptions::held, id).map(Held::redemption);
  }

  /**
   * Spends held points, unless that was done before.
   *
   * @return empty when the store has no such redemption
   * @throws ProblemException {@link #REDEMPTION_OVER} when they were given back, or are due to be
   */
  @Transactional
  public Optional<Redemption> capture(UUID storeId, UUID id) {
    Instant now = now();
    return lock(storeId, id)
        .map(held -> {
          Redemption redemption = held.redemption();
          return switch (redemption.status()) {
            case CAPTURED -> redemption;
            case CANCELLED, RELEASED -> throw over(redemption);
            case HELD -> {
              // However late the release is: what a member is told is back can't be spent.
              if (!redemption.heldUntil().isAfter(now)) {
                throw over(redemption);
              }
              ledger.book(List.of(capture(held, now)));
              yield markEnded(List.of(held), Status.CAPTURED, now).getFirst();
            }
          };
        });
  }

  /**
   * Gives held points back, unless that was done before, by the store or by time.
   *
   * @return empty when the store has no such redemption
   * @throws ProblemException {@link #REDEMPTION_OVER} when they are spent
   */
  @Transactional
  public Optional<Redemption> cancel(UUID storeId, UUID id) {
    Instant now = now();
    return lock(storeId, id)
        .map(held ->
            switch (held.redemption().status()) {
              case CAPTURED -> throw over(held.redemption());
              case CANCELLED, RELEASED -> held.redemption();
              case HELD -> giveBack(List.of(held), Status.CANCELLED, now).getFirst();
            });
  }

  /**
   * Gives back what was not captured in time, the oldest first.
   *
   * @param limit the most to give back
   * @return how many redemptions that were; less than the limit when no more are due
   */
  @Transactional
  public int releaseDue(Instant now, int limit) {
    // What another process has locked is being captured, cancelled or released by it.
    List<Held> due =
        database.list(
            SELECT
                + " WHERE status = 1 AND held_until <= ? ORDER BY held_until LIMIT ?"
                + " FOR UPDATE SKIP LOCKED",
            Redemptions::held,
            now,
            limit);
    if (!due.isEmpty()) {
      giveBack(due, Status.RELEASED, now);
    }
    return due.size();
  }

  private List<Redemption> giveBack(List<Held> helds, Status how, Instant now) {
    holdings.open(helds.stream().map(held -> held.redemption().memberId()).toList(), now);
    Map<UUID, List<LotUse>> used = usesOf(helds);
    List<Booking> releases = new ArrayList<>();
    helds.forEach(held -> releases.add(release(held, used.get(held.holdTransactionId()), now)));
    ledger.book(releases);
    return markEnded(helds, how, now);
  }

  private Map<UUID, List<LotUse>> usesOf(List<Held> helds) {
    return database
        .list(
            "SELECT u.transaction_id, u.member_id, u.lot_transaction_id, u.lot_part, u.points,"
                + " l.expires_at FROM lot_use u JOIN lot l ON l.member_id = u.member_id"
                + " AND l.transaction_id = u.lot_transaction_id AND l.part = u.lot_part"
                + " WHERE u.transaction_id IN ("
                + Database.placeholders(helds.size())
                + ")",
            row ->
                Map.entry(
                    row.id(1),
                    new LotUse(
                        row.id(2), row.id(3), row.integer(4), row.number(5), row.instant(6))),
            helds.stream().map(Held::holdTransactionId).toArray())
        .stream()
        .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
  }

  private Optional<Held> lock(UUID storeId, UUID id) {
    return database.find(
        SELECT + " WHERE id = ? AND store_id = ? FOR UPDATE", Redemptions::held, id, storeId);
  }

  private void insert(Held held) {
    Redemption redemption = held.redemption();
    database.update(
        "INSERT INTO redemption (id, store_id, member_id, points, reference, status,"
            + " hold_transaction_id, ending_reference, held_at, held_until)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        redemption.id(),
        redemption.storeId(),
        redemption.memberId(),
        redemption.points(),
        redemption.reference(),
        redemption.status().code(),
        held.holdTransactionId(),
        held.endingReference(),
        redemption.heldAt(),
        redemption.heldUntil());
  }

  private List<Redemption> markEnded(List<Held> helds, Status how, Instant now) {
    database.updateEach(
        "UPDATE redemption SET status = ?, ended_at = ? WHERE id = ?",
        helds.stream()
            .map(held -> new Object[] {how.code(), now, held.redemption().id()})
            .toList());
    return helds.stream().map(held -> held.redemption().ended(how, now)).toList();
  }

  private static Booking hold(Held held, List<LotUse> used) {
    Redemption redemption = held.redemption();
    return new Booking(
        held.holdTransactionId(),
        TransactionType.HOLD,
        redemption.id(),
        null,
        redemption.heldAt(),
        List.of(
            new Movement(
                Account.ofMember(redemption.memberId()),
                Account.ofHold(redemption.id()),
                redemption.points())),
        used,
        List.of(),
        null);
  }

  private static Booking capture(Held held, Instant now) {
    Redemption redemption = held.redemption();
    return new Booking(
        Ids.next(),
        TransactionType.CAPTURE,
        held.endingReference(),
        null,
        now,
        List.of(
            new Movement(
                Account.ofHold(redemption.id()),
                Account.ofRedemptions(redemption.storeId()),
                redemption.points())),
        List.of(),
        List.of(),
        new PointsRedeemed(
            redemption.id(),
            redemption.storeId(),
            redemption.memberId(),
            redemption.points(),
            redemption.reference(),
            now));
  }

  private static Booking release(Held held, List<LotUse> used, Instant now) {
    Redemption redemption = held.redemption();
    return new Booking(
        Ids.next(),
        TransactionType.RELEASE,
        held.endingReference(),
        null,
        now,
        List.of(
            new Movement(
                Account.ofHold(redemption.id()),
                Account.ofMember(redemption.memberId()),
                redemption.points())),
        used.stream().map(LotUse::returned).toList(),
        List.of(),
        null);
  }

  private static ProblemException over(Redemption redemption) {
    return new ProblemException(
        REDEMPTION_OVER,
        switch (redemption.status()) {
          case HELD, RELEASED -> "It was not captured before " + redemption.heldUntil() + ".";
          case CAPTURED -> "It was captured at " + redemption.endedAt() + ".";
          case CANCELLED -> "It was cancelled at " + redemption.endedAt() + ".";
        });
  }

  private static Held held(Row row) throws SQLException {
    return new Held(
        new Redemption(
            row.id(1),
            row.id(2),
            row.id(3),
            row.number(4),
            row.text(5),
            Status.ofCode(row.integer(6)),
            row.instant(7),
            row.instant(8),
            row.instant(9)),
        row.id(10),
        row.id(11));
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
