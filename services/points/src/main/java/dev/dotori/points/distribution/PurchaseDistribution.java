package dev.dotori.points.distribution;

import dev.dotori.api.Ids;
import dev.dotori.events.Event;
import dev.dotori.events.PointsDistributed;
import dev.dotori.events.Portion;
import dev.dotori.events.PurchaseRecorded;
import dev.dotori.outbox.Causation;
import dev.dotori.outbox.Caused;
import dev.dotori.outbox.EventConsumer;
import dev.dotori.outbox.PermanentFailureException;
import dev.dotori.points.ledger.Account;
import dev.dotori.points.ledger.Ledger;
import dev.dotori.points.ledger.Movement;
import dev.dotori.points.ledger.Posting;
import dev.dotori.points.ledger.TransactionType;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Posts each recorded purchase's split to the ledger.
 *
 * <p>The split was decided when the purchase was recorded, and comes with the event; so a batch
 * needs no reading. The purchase's id is the posting's reference: a redelivered event changes
 * nothing, which makes an inbox row needless.
 */
@ApplicationScoped
public class PurchaseDistribution {

  private final EventConsumer consumer;
  private final Ledger ledger;

  PurchaseDistribution(EventConsumer consumer, Ledger ledger) {
    this.consumer = consumer;
    this.ledger = ledger;
  }

  @Incoming("purchase-recorded")
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  @RunOnVirtualThread
  public CompletionStage<Void> on(Message<List<byte[]>> batch) {
    return consumer.consumeIdempotent(batch, PurchaseRecorded.class, this::distribute);
  }

  void distribute(List<Event<PurchaseRecorded>> events) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    ledger.post(events.stream().map(event -> checkedPosting(event, now)).toList());
  }

  /**
   * Posts a purchase's split without waiting for its event, in the caller's transaction, unless it
   * is posted already. The event, when it comes, finds that done.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void distributeNow(PurchaseRecorded purchase) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    ledger.post(List.of(posting(purchase, Causation.current(), now)));
  }

  // All that can be wrong with an event is found here, before the first statement: the INSERT
  // IGNORE that follows would turn it into a warning.
  private static Posting checkedPosting(Event<PurchaseRecorded> event, Instant now) {
    try {
      return posting(event.data(), Causation.of(event), now);
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw new PermanentFailureException(
          "purchase %s can't be posted: %s"
              .formatted(event.data().purchaseId(), wrong.getMessage()),
          wrong);
    }
  }

  private static Posting posting(PurchaseRecorded purchase, Causation cause, Instant now) {
    long sum =
        purchase.distribution().stream().mapToLong(Portion::points).reduce(0, Math::addExact);
    if (sum != purchase.earned()) {
      throw new IllegalArgumentException(
          "it earned %d, but its portions sum to %d".formatted(purchase.earned(), sum));
    }
    UUID transactionId = Ids.next();
    Account store = Account.ofPurchases(purchase.storeId());
    List<Movement> movements =
        purchase.distribution().stream()
            .filter(portion -> portion.points() != 0)
            .map(portion ->
                new Movement(store, Account.ofMember(portion.memberId()), portion.points()))
            .toList();
    return new Posting(
        transactionId,
        TransactionType.PURCHASE,
        purchase.purchaseId(),
        purchase.purchaseId(),
        now,
        purchase.expiresAt(),
        movements,
        new Caused(
            new PointsDistributed(
                transactionId,
                PointsDistributed.Reason.PURCHASE,
                purchase.storeId(),
                purchase.purchaseId(),
                null,
                purchase.earned(),
                purchase.distribution(),
                now),
            cause));
  }
}
