package dev.dotori.points.ledger;

import dev.dotori.events.DomainEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One transaction by which points are used, change hands or come back. (What members earn is a
 * {@link Posting}.)
 *
 * @param reference what caused it, for example a transfer; it can be posted once
 * @param purchaseId the purchase that it belongs to, or null
 * @param movements a member's account is in at most one of them
 * @param uses whose lots the points are taken of, or returned to
 * @param lots what members get
 * @param announcement the event that says it was posted, or null for none
 */
public record Booking(
    UUID id,
    TransactionType type,
    UUID reference,
    UUID purchaseId,
    Instant postedAt,
    List<Movement> movements,
    List<LotUse> uses,
    List<NewLot> lots,
    DomainEvent announcement) {

  public Booking {
    movements = List.copyOf(movements);
    uses = List.copyOf(uses);
    lots = List.copyOf(lots);
    checkLots(movements, uses, lots);
  }

  /** What the balances change by. */
  Map<UUID, BalanceChange> changes() {
    Map<UUID, BalanceChange> changes = new HashMap<>();
    changes(movements, AccountClass.MEMBER)
        .forEach((member, points) -> add(changes, member, new BalanceChange(points, 0, null)));
    for (Movement movement : movements) {
      // What is taken back was not earned, whether it was there, is owed now, or expired before.
      if (type == TransactionType.REFUND) {
        add(changes, movement.debit().owner(), new BalanceChange(0, -movement.points(), null));
      }
    }
    uses.stream()
        .filter(use -> use.points() < 0)
        .forEach(use -> add(changes, use.memberId(), new BalanceChange(0, 0, use.expiresAt())));
    lots.forEach(lot -> add(changes, lot.memberId(), new BalanceChange(0, 0, lot.expiresAt())));
    return changes;
  }

  private static void add(Map<UUID, BalanceChange> changes, UUID memberId, BalanceChange change) {
    changes.merge(memberId, change, BalanceChange::plus);
  }

  /** What the debts change by: more is owed by a positive one. */
  Map<UUID, Long> debtChanges() {
    Map<UUID, Long> changes = changes(movements, AccountClass.DEBTS);
    changes.replaceAll((memberId, credited) -> -credited);
    return changes;
  }

  /** What was credited to the accounts of a class, less what was debited, by owner. */
  private static Map<UUID, Long> changes(List<Movement> movements, AccountClass accountClass) {
    Map<UUID, Long> changes = new HashMap<>();
    for (Movement movement : movements) {
      if (movement.credit().accountClass() == accountClass) {
        changes.merge(movement.credit().owner(), movement.points(), Math::addExact);
      }
      if (movement.debit().accountClass() == accountClass) {
        changes.merge(movement.debit().owner(), -movement.points(), Math::addExact);
      }
    }
    return changes;
  }

  /** A member's lots must change by what the balance does, or the two would part for ever. */
  private static void checkLots(List<Movement> movements, List<LotUse> uses, List<NewLot> lots) {
    Map<UUID, Long> changes = changes(movements, AccountClass.MEMBER);
    uses.forEach(use -> changes.merge(use.memberId(), use.points(), Math::addExact));
    lots.forEach(lot -> changes.merge(lot.memberId(), -lot.points(), Math::addExact));
    if (changes.values().stream().anyMatch(difference -> difference != 0)) {
      throw new IllegalArgumentException("the lots don't change as the balances do: " + changes);
    }
  }
}
