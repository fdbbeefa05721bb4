package dev.dotori.points.ledger;

import dev.dotori.api.Ids;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemType;
import dev.dotori.events.PointsExpired;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What one member has, locked: nobody else changes it before the transaction ends. {@link Holdings}
 * opens it.
 */
public final class Holding {

  /** The member has fewer points than the request is about. */
  public static final ProblemType INSUFFICIENT_POINTS =
      new ProblemType("insufficient-points", 422, "The balance is short");

  private final UUID memberId;
  private final List<Lot> lots;
  private long points;
  private long owed;

  /**
   * @param lots what is left of each; they sum to the points
   */
  Holding(UUID memberId, long points, long owed, List<Lot> lots) {
    this.memberId = memberId;
    this.points = points;
    this.owed = owed;
    this.lots = new ArrayList<>(lots);
    this.lots.sort(Lot.ORDER_OF_USE);
    long left = lots.stream().mapToLong(Lot::remaining).reduce(0, Math::addExact);
    if (left != points) {
      throw new IllegalStateException(
          "member %s has %d points, but lots of %d".formatted(memberId, points, left));
    }
  }

  /** Whose it is. */
  public UUID memberId() {
    return memberId;
  }

  /** What the member may use. */
  public long points() {
    return points;
  }

  /**
   * Takes points for a request, those first that expire first.
   *
   * @throws ProblemException {@link #INSUFFICIENT_POINTS}
   */
  public List<LotUse> spend(long wanted) {
    if (wanted > points) {
      throw new ProblemException(
          INSUFFICIENT_POINTS, "The member has fewer than %d points.".formatted(wanted));
    }
    return take(wanted, lots);
  }

  /** Takes points that one transaction gave, as many of them as are left. */
  public List<LotUse> takeOf(UUID transactionId, long atMost) {
    List<Lot> own = lots.stream().filter(it -> it.transactionId().equals(transactionId)).toList();
    long left = own.stream().mapToLong(Lot::remaining).sum();
    return take(Math.min(atMost, left), own);
  }

  /** Takes points, those first that expire first, as many as there are. */
  public List<LotUse> takeUpTo(long atMost) {
    return take(Math.min(atMost, points), lots);
  }

  private List<LotUse> take(long wanted, List<Lot> inOrder) {
    if (wanted > points) {
      throw new IllegalArgumentException(
          "member %s has %d points, not %d".formatted(memberId, points, wanted));
    }
    List<LotUse> uses = new ArrayList<>();
    long left = wanted;
    for (Lot lot : List.copyOf(inOrder)) {
      long used = Math.min(left, lot.remaining());
      if (used > 0) {
        uses.add(LotUse.of(lot, used));
        lots.set(lots.indexOf(lot), lot.less(used));
        left -= used;
      }
    }
    points -= wanted;
    return uses;
  }

  /** The earliest expiry of what is left, if any of it expires. */
  public Optional<Instant> nextExpiry() {
    return lots.stream()
        .filter(lot -> lot.remaining() > 0 && lot.expiresAt() != null)
        .map(Lot::expiresAt)
        .min(Instant::compareTo);
  }

  /** Takes what has expired. */
  Optional<Booking> expire(Instant now) {
    List<Lot> expired = lots.stream().filter(lot -> lot.isExpired(now)).toList();
    long sum = expired.stream().mapToLong(Lot::remaining).sum();
    if (sum == 0) {
      return Optional.empty();
    }
    UUID id = Ids.next();
    return Optional.of(
        new Booking(
            id,
            TransactionType.EXPIRY,
            id,
            null,
            now,
            List.of(new Movement(Account.ofMember(memberId), Account.ofExpired(memberId), sum)),
            take(sum, expired),
            List.of(),
            new PointsExpired(id, memberId, sum, now)));
  }

  /** Pays what is owed, as far as the points go. */
  Optional<Booking> settle(Instant now) {
    long paid = Math.min(owed, points);
    if (paid == 0) {
      return Optional.empty();
    }
    owed -= paid;
    UUID id = Ids.next();
    return Optional.of(
        new Booking(
            id,
            TransactionType.SETTLEMENT,
            id,
            null,
            now,
            List.of(new Movement(Account.ofMember(memberId), Account.ofDebt(memberId), paid)),
            take(paid, lots),
            List.of(),
            null));
  }
}
