package dev.dotori.points.bonus;

import dev.dotori.api.Ids;
import dev.dotori.events.Event;
import dev.dotori.events.PointsDistributed;
import dev.dotori.events.Portion;
import dev.dotori.events.SharePublished;
import dev.dotori.outbox.Caused;
import dev.dotori.outbox.EventConsumer;
import dev.dotori.points.database.Database;
import dev.dotori.points.ledger.Account;
import dev.dotori.points.ledger.Ledger;
import dev.dotori.points.ledger.Movement;
import dev.dotori.points.ledger.Posting;
import dev.dotori.points.ledger.TransactionType;
import dev.dotori.points.program.Program;
import dev.dotori.points.program.Programs;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Gives the bonus for a published share.
 *
 * <p>The author gets it who took part in the purchase that the post is about: once per purchase and
 * network, as much as the store's program gave at the purchase, and in a UTC day (by the time of
 * publication) no more of one store than its cap. A share beyond the cap gets what the cap leaves,
 * maybe nothing.
 *
 * <p>Exact with any number of workers: a member's row for the store and day is locked while the cap
 * is looked at, and the key of {@code share_bonus} decides who is first.
 */
@ApplicationScoped
public class ShareBonuses {

  // Every worker locks members' days in one order, so that none waits for another in a circle.
  private static final Comparator<Event<SharePublished>> LOCK_ORDER =
      Comparator.comparing((Event<SharePublished> event) -> event.data().authorId())
          .thenComparing(event -> event.data().publishedAt());

  private final EventConsumer consumer;
  private final Database database;
  private final Programs programs;
  private final Ledger ledger;

  ShareBonuses(EventConsumer consumer, Database database, Programs programs, Ledger ledger) {
    this.consumer = consumer;
    this.database = database;
    this.programs = programs;
    this.ledger = ledger;
  }

  @Incoming("share-published")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  public CompletionStage<Void> on(Message<List<byte[]>> batch) {
    return consumer.consumeIdempotent(batch, SharePublished.class, this::give);
  }

  void give(List<Event<SharePublished>> events) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    List<Posting> postings = new ArrayList<>();
    events.stream()
        .filter(event -> event.data().purchaseId() != null)
        .sorted(LOCK_ORDER)
        .forEach(event -> bonusOf(event, now).ifPresent(postings::add));
    if (!postings.isEmpty()) {
      ledger.post(postings);
    }
  }

  private Optional<Posting> bonusOf(Event<SharePublished> event, Instant now) {
    SharePublished share = event.data();
    Optional<SharedPurchase> purchase = purchaseOf(share);
    if (purchase.isEmpty()) {
      return Optional.empty();
    }
    Program program = programs.version(purchase.get().storeId(), purchase.get().programVersion());
    LocalDate day = LocalDate.ofInstant(share.publishedAt(), ZoneOffset.UTC);
    long before = lockDay(share.authorId(), program.storeId(), day);
    long bonus = Math.min(program.shareBonus(), program.shareBonusDailyCap() - before);
    if (bonus < 1 || !claim(share, bonus)) {
      return Optional.empty();
    }
    addToDay(share.authorId(), program.storeId(), day, bonus);
    return Optional.of(posting(event, program, bonus, now));
  }

  private record SharedPurchase(UUID storeId, int programVersion) {}

  /**
   * The purchase, if it is not wholly refunded, and the author took part in it and is still a
   * member. A purchase that is not there does not exist: its id is given away only after it is
   * committed, in this very database.
   */
  private Optional<SharedPurchase> purchaseOf(SharePublished share) {
    return database.find(
        "SELECT p.store_id, p.program_version FROM purchase p"
            + " JOIN purchase_participant m ON m.purchase_id = p.id AND m.member_id = ?"
            + " WHERE p.id = ? AND NOT EXISTS"
            + " (SELECT 1 FROM member c WHERE c.id = m.member_id AND c.closed_at IS NOT NULL)"
            + " AND NOT EXISTS (SELECT 1 FROM refunded_purchase r"
            + " WHERE r.purchase_id = p.id AND r.refunded = p.amount)",
        row -> new SharedPurchase(row.id(1), row.integer(2)),
        share.authorId(),
        share.purchaseId());
  }

  /** Locks the member's row for the store and day; the points that the day has given so far. */
  private long lockDay(UUID memberId, UUID storeId, LocalDate day) {
    database.update(
        "INSERT IGNORE INTO share_bonus_day (member_id, store_id, day, points) VALUES (?, ?, ?, 0)",
        memberId,
        storeId,
        day);
    return database
        .find(
            "SELECT points FROM share_bonus_day WHERE member_id = ? AND store_id = ? AND day = ?"
                + " FOR UPDATE",
            row -> row.number(1),
            memberId,
            storeId,
            day)
        .orElseThrow();
  }

  private boolean claim(SharePublished share, long bonus) {
    return database.update(
            "INSERT IGNORE INTO share_bonus (purchase_id, network, share_id, member_id, points)"
                + " VALUES (?, ?, ?, ?, ?)",
            share.purchaseId(),
            share.network(),
            share.shareId(),
            share.authorId(),
            bonus)
        == 1;
  }

  private void addToDay(UUID memberId, UUID storeId, LocalDate day, long bonus) {
    database.update(
        "UPDATE share_bonus_day SET points = points + ?"
            + " WHERE member_id = ? AND store_id = ? AND day = ?",
        bonus,
        memberId,
        storeId,
        day);
  }

  private static Posting posting(
      Event<SharePublished> event, Program program, long bonus, Instant now) {
    SharePublished share = event.data();
    UUID transactionId = Ids.next();
    return new Posting(
        transactionId,
        TransactionType.SHARE_BONUS,
        share.shareId(),
        share.purchaseId(),
        now,
        program.expiryOf(now),
        List.of(
            new Movement(
                Account.ofShareBonuses(program.storeId()),
                Account.ofMember(share.authorId()),
                bonus)),
        Caused.by(
            event,
            new PointsDistributed(
                transactionId,
                PointsDistributed.Reason.SHARE_BONUS,
                program.storeId(),
                share.purchaseId(),
                share.shareId(),
                bonus,
                List.of(new Portion(share.authorId(), 1, bonus)),
                now)));
  }
}
