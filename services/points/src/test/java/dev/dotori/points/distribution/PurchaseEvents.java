package dev.dotori.points.distribution;

import dev.dotori.events.Event;
import dev.dotori.events.MoneyAmount;
import dev.dotori.events.Portion;
import dev.dotori.events.PurchaseRecorded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Events of purchases that tests make up. */
public final class PurchaseEvents {

  private PurchaseEvents() {}

  /** A purchase that earned so many points, shared evenly. */
  public static Event<PurchaseRecorded> of(UUID purchase, long earned, List<UUID> members) {
    List<Participant> participants = new ArrayList<>();
    members.forEach(member -> participants.add(new Participant(member, 1)));
    return of(purchase, earned, null, Split.of(earned, participants));
  }

  /** A purchase with any distribution, right or wrong. */
  public static Event<PurchaseRecorded> of(
      UUID purchase, long earned, Instant expiresAt, List<Portion> distribution) {
    Instant now = Instant.now();
    return new Event<>(
        UUID.randomUUID(),
        now,
        null,
        null,
        new PurchaseRecorded(
            purchase,
            new UUID(1, 1),
            distribution.getFirst().memberId(),
            new MoneyAmount(earned * 10, "USD"),
            purchase.toString(),
            1,
            earned,
            expiresAt,
            distribution,
            now,
            now));
  }
}
