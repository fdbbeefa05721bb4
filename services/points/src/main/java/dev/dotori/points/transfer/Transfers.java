package dev.dotori.points.transfer;

import dev.dotori.api.Ids;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import dev.dotori.api.problem.ViolationException;
import dev.dotori.events.PointsTransferred;
import dev.dotori.points.database.Database;
import dev.dotori.points.ledger.Account;
import dev.dotori.points.ledger.Booking;
import dev.dotori.points.ledger.Holdings;
import dev.dotori.points.ledger.Ledger;
import dev.dotori.points.ledger.LotUse;
import dev.dotori.points.ledger.Movement;
import dev.dotori.points.ledger.NewLot;
import dev.dotori.points.ledger.TransactionType;
import dev.dotori.points.member.Members;
import dev.dotori.points.member.MembersLeft;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Moves points from one member to another.
 *
 * <p>The points keep their expiry: else a member could make them last for ever by sending them to a
 * friend and back.
 */
@ApplicationScoped
public class Transfers {

  private final Database database;
  private final Members members;
  private final Holdings holdings;
  private final Ledger ledger;

  Transfers(Database database, Members members, Holdings holdings, Ledger ledger) {
    this.database = database;
    this.members = members;
    this.holdings = holdings;
    this.ledger = ledger;
  }

  /**
   * Moves the points at once, in the caller's transaction.
   *
   * @throws ProblemException {@link dev.dotori.points.ledger.Holding#INSUFFICIENT_POINTS}; 403 when
   *     the sender has left
   * @throws ViolationException when the receiver is the sender, no member, or has left
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public Transfer transfer(UUID from, TransferRequest request) {
    UUID to = request.toMemberId();
    checkParties(from, to);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    List<LotUse> used = holdings.open(List.of(from, to), now).get(from).spend(request.points());
    Transfer transfer = new Transfer(Ids.next(), from, to, request.points(), request.note(), now);
    insert(transfer);
    ledger.book(List.of(booking(transfer, used)));
    return transfer;
  }

  private void checkParties(UUID from, UUID to) {
    if (to.equals(from)) {
      throw new ViolationException("toMemberId", "must be another member");
    }
    Set<UUID> payable = members.payable(List.of(from, to));
    if (!payable.contains(from)) {
      throw new ProblemException(ProblemTypes.FORBIDDEN, "The calling member has left.");
    }
    if (!payable.contains(to)) {
      throw new ViolationException("toMemberId", "is not a member");
    }
  }

  private void insert(Transfer transfer) {
    database.update(
        "INSERT INTO transfer (id, from_member_id, to_member_id, points, note, transferred_at)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        transfer.id(),
        transfer.fromMemberId(),
        transfer.toMemberId(),
        transfer.points(),
        transfer.note(),
        transfer.transferredAt());
  }

  private static Booking booking(Transfer transfer, List<LotUse> used) {
    return new Booking(
        Ids.next(),
        TransactionType.TRANSFER,
        transfer.id(),
        null,
        transfer.transferredAt(),
        List.of(
            new Movement(
                Account.ofMember(transfer.fromMemberId()),
                Account.ofMember(transfer.toMemberId()),
                transfer.points())),
        used,
        received(transfer.toMemberId(), used),
        new PointsTransferred(
            transfer.id(),
            transfer.fromMemberId(),
            transfer.toMemberId(),
            transfer.points(),
            transfer.transferredAt()));
  }

  /** A lot for each expiry among the points that were used. */
  private static List<NewLot> received(UUID to, List<LotUse> used) {
    Map<Instant, Long> byExpiry = new LinkedHashMap<>();
    used.forEach(use -> byExpiry.merge(use.expiresAt(), use.points(), Math::addExact));
    return byExpiry.entrySet().stream()
        .map(it -> new NewLot(to, it.getValue(), it.getKey()))
        .toList();
  }

  /** Forgets the words of those who left; what they moved stays. */
  void forgetNotes(@Observes MembersLeft left) {
    database.update(
        "UPDATE transfer SET note = NULL WHERE note IS NOT NULL AND from_member_id IN ("
            + Database.placeholders(left.memberIds().size())
            + ")",
        left.memberIds().toArray());
  }
}
