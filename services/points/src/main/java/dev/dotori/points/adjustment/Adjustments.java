package dev.dotori.points.adjustment;

import dev.dotori.api.Ids;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.points.database.Database;
import dev.dotori.points.ledger.Account;
import dev.dotori.points.ledger.Booking;
import dev.dotori.points.ledger.Holding;
import dev.dotori.points.ledger.Holdings;
import dev.dotori.points.ledger.Ledger;
import dev.dotori.points.ledger.LotUse;
import dev.dotori.points.ledger.Movement;
import dev.dotori.points.ledger.NewLot;
import dev.dotori.points.ledger.TransactionType;
import dev.dotori.points.member.Members;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/**
 * Corrects a member's points by hand.
 *
 * <p>What is given never expires, and doesn't count as earned. No more is taken than there is: an
 * operator who wants more sees so, rather than that a member finds a debt.
 */
@ApplicationScoped
public class Adjustments {

  private final Database database;
  private final Members members;
  private final Holdings holdings;
  private final Ledger ledger;

  Adjustments(Database database, Members members, Holdings holdings, Ledger ledger) {
    this.database = database;
    this.members = members;
    this.holdings = holdings;
    this.ledger = ledger;
  }

  /**
   * Gives or takes the points at once, in the caller's transaction.
   *
   * @param operator who does it
   * @throws ProblemException {@link Holding#INSUFFICIENT_POINTS}
   * @throws ViolationException when it is about no points, there is no such member, or they left
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public Adjustment adjust(String operator, AdjustmentRequest request) {
    UUID memberId = request.memberId();
    if (request.points() == 0) {
      throw new ViolationException("points", "must not be 0");
    }
    if (!members.payable(List.of(memberId)).contains(memberId)) {
      throw new ViolationException("memberId", "is not a member");
    }
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    Adjustment adjustment =
        new Adjustment(Ids.next(), memberId, request.points(), request.reason(), operator, now);
    Holding holding = holdings.open(memberId, now);
    ledger.book(
        List.of(
            request.points() > 0
                ? gift(adjustment)
                : taking(adjustment, holding.spend(-request.points()))));
    insert(adjustment);
    return adjustment;
  }

  private void insert(Adjustment adjustment) {
    database.update(
        "INSERT INTO adjustment (id, member_id, points, reason, operator, adjusted_at)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        adjustment.id(),
        adjustment.memberId(),
        adjustment.points(),
        adjustment.reason(),
        adjustment.operator(),
        adjustment.adjustedAt());
  }

  private static Booking gift(Adjustment adjustment) {
    return booking(
        adjustment,
        new Movement(
            Account.ADJUSTMENTS, Account.ofMember(adjustment.memberId()), adjustment.points()),
        List.of(),
        List.of(new NewLot(adjustment.memberId(), adjustment.points(), null)));
  }

  private static Booking taking(Adjustment adjustment, List<LotUse> used) {
    return booking(
        adjustment,
        new Movement(
            Account.ofMember(adjustment.memberId()), Account.ADJUSTMENTS, -adjustment.points()),
        used,
        List.of());
  }

  private static Booking booking(
      Adjustment adjustment, Movement movement, List<LotUse> used, List<NewLot> lots) {
    return new Booking(
        Ids.next(),
        TransactionType.ADJUSTMENT,
        adjustment.id(),
        null,
        adjustment.adjustedAt(),
        List.of(movement),
        used,
        lots,
        null);
  }
}
