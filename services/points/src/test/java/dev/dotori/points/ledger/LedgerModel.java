package dev.dotori.points.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What the rules of docs/ledger.md make of a series of operations, in the plainest way: a list of
 * lots for each member, in memory. What the service answers is compared with it.
 */
final class LedgerModel {

  private final Map<UUID, Member> members = new LinkedHashMap<>();
  private final Map<UUID, Hold> holds = new LinkedHashMap<>();
  private int lots;

  private static final class Lot {
    final int order;
    final UUID purchase;
    Instant expiresAt;
    long left;
    long expired;

    Lot(int order, UUID purchase, Instant expiresAt, long points) {
      this.order = order;
      this.purchase = purchase;
      this.expiresAt = expiresAt;
      this.left = points;
    }
  }

  private static final class Member {
    final List<Lot> lots = new ArrayList<>();
    long owed;
    long lifetimeEarned;

    long points() {
      return lots.stream().mapToLong(lot -> lot.left).sum();
    }
  }

  private record Use(Lot lot, long points) {}

  private record Hold(UUID member, List<Use> uses) {}

  /** What one member has. */
  record State(long balance, long owed, long lifetimeEarned, Map<Instant, Long> expiring) {}

  State of(UUID id) {
    Member member = member(id);
    Map<Instant, Long> expiring = new TreeMap<>();
    member.lots.stream()
        .filter(lot -> lot.left > 0 && lot.expiresAt != null)
        .forEach(lot -> expiring.merge(lot.expiresAt, lot.left, Long::sum));
    return new State(member.points(), member.owed, member.lifetimeEarned, expiring);
  }

  void earn(UUID id, UUID purchase, Instant expiresAt, long points) {
    if (points > 0) {
      member(id).lifetimeEarned += points;
      give(id, purchase, expiresAt, points);
    }
  }

  boolean transfer(UUID from, UUID to, long points) {
    if (member(from).points() < points) {
      return false;
    }
    Map<Instant, Long> byExpiry = new LinkedHashMap<>();
    take(from, points).forEach(use -> byExpiry.merge(use.lot().expiresAt, use.points(), Long::sum));
    byExpiry.forEach((expiresAt, part) -> give(to, null, expiresAt, part));
    return true;
  }

  boolean adjust(UUID id, long points) {
    if (member(id).points() < -points) {
      return false;
    }
    if (points > 0) {
      give(id, null, null, points);
    } else {
      take(id, -points);
    }
    return true;
  }

  boolean hold(UUID id, UUID redemption, long points) {
    if (member(id).points() < points) {
      return false;
    }
    // Named by the caller only now; the uses are what comes back.
    holds.put(redemption, new Hold(id, take(id, points)));
    return true;
  }

  void capture(UUID redemption) {
    holds.remove(redemption);
  }

  void giveBack(UUID redemption) {
    Hold hold = holds.remove(redemption);
    hold.uses().forEach(use -> use.lot().left += use.points());
    bringUpToDate(hold.member());
  }

  void takeBack(UUID id, UUID purchase, long points) {
    Member member = member(id);
    member.lifetimeEarned -= points;
    long rest = points;
    for (Lot lot : member.lots) {
      if (purchase.equals(lot.purchase)) {
        long left = Math.min(rest, lot.left);
        lot.left -= left;
        long expired = Math.min(rest - left, lot.expired);
        lot.expired -= expired;
        rest -= left + expired;
      }
    }
    long others = Math.min(rest, member.points());
    take(id, others);
    member.owed += rest - others;
  }

  /** All lots of an expiry are over. */
  void expire(Instant expiresAt) {
    for (Member member : members.values()) {
      for (Lot lot : member.lots) {
        if (expiresAt.equals(lot.expiresAt)) {
          lot.expiresAt = Instant.EPOCH;
        }
      }
    }
    members.keySet().forEach(this::bringUpToDate);
  }

  private void give(UUID id, UUID purchase, Instant expiresAt, long points) {
    member(id).lots.add(new Lot(lots++, purchase, expiresAt, points));
    bringUpToDate(id);
  }

  /** Pays what is owed, then drops what is over. */
  private void bringUpToDate(UUID id) {
    Member member = member(id);
    long paid = Math.min(member.owed, member.points());
    take(id, paid);
    member.owed -= paid;
    member.lots.stream()
        .filter(lot -> Instant.EPOCH.equals(lot.expiresAt))
        .forEach(lot -> {
          lot.expired += lot.left;
          lot.left = 0;
        });
  }

  /** What expires first, then what came first. */
  private List<Use> take(UUID id, long points) {
    List<Lot> order = new ArrayList<>(member(id).lots);
    order.sort(
        Comparator.comparing(
                (Lot lot) -> lot.expiresAt, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(lot -> lot.order));
    List<Use> uses = new ArrayList<>();
    long wanted = points;
    for (Lot lot : order) {
      long used = Math.min(wanted, lot.left);
      if (used > 0) {
        lot.left -= used;
        wanted -= used;
        uses.add(new Use(lot, used));
      }
    }
    return uses;
  }

  private Member member(UUID id) {
    return members.computeIfAbsent(id, it -> new Member());
  }
}
