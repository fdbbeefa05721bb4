package dev.dotori.points.ledger;

import dev.dotori.events.PointsDistributed;
import dev.dotori.events.Portion;
import dev.dotori.outbox.Causation;
import dev.dotori.outbox.Caused;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What a posting that tests make up says of itself. */
final class LedgerEvents {

  private LedgerEvents() {}

  static Caused distributed(UUID transaction, UUID member, long points) {
    return new Caused(
        new PointsDistributed(
            transaction,
            PointsDistributed.Reason.PURCHASE,
            UUID.randomUUID(),
            UUID.randomUUID(),
            null,
            points,
            List.of(new Portion(member, 1, points)),
            Instant.now()),
        new Causation(null, null));
  }
}
