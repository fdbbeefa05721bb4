package dev.dotori.points.ledger;

import dev.dotori.outbox.Caused;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * One transaction that is to be posted: an earning of members at a store.
 *
 * @param id the transaction's, made now, so that id order is posting order
 * @param reference what caused it, a purchase or a share; it is posted once, however often it is
 *     asked for
 * @param purchaseId the purchase that it belongs to
 * @param expiresAt when the points expire, or null for never
 * @param movements none when the purchase earned nothing; a member is credited at most once
 * @param announcement the event that says it was posted, and what caused it
 */
public record Posting(
    UUID id,
    TransactionType type,
    UUID reference,
    UUID purchaseId,
    Instant postedAt,
    Instant expiresAt,
    List<Movement> movements,
    Caused announcement) {

  public Posting {
    movements = List.copyOf(movements);
    Set<Account> credited = new HashSet<>();
    for (Movement movement : movements) {
      if (!movement.credit().isMembers() || movement.debit().isMembers()) {
        throw new IllegalArgumentException("an earning goes from a store to a member");
      }
      if (!credited.add(movement.credit())) {
        throw new IllegalArgumentException("a member earns twice in one transaction");
      }
    }
  }
}
