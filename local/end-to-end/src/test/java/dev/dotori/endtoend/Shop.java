package dev.dotori.endtoend;

import java.time.Instant;
import java.util.UUID;

/** A store that a test has opened, with its till signed in. */
record Shop(UUID id, Client till) {

  static final int SHARE_BONUS = 20;

  /** A store that gives a point per 10 cents, and {@value #SHARE_BONUS} for a share. */
  static Shop open(LocalSystem system) {
    Client.Answer opened =
        system
            .operator()
            .post(
                "/v1/stores",
                """
                {"name": "Shop %s", "currency": "USD",
                 "program": {"earnRate": "0.1", "minPurchase": 0, "expiryDays": null, "shareBonus": %d,
                             "shareBonusDailyCap": 60, "maxParticipants": 20}}
                """
                    .formatted(UUID.randomUUID(), SHARE_BONUS))
            .is(201);
    Client till =
        Client.of(system.gateway())
            .signedInAs(opened.text("clientId"), opened.text("clientSecret"));
    return new Shop(UUID.fromString(opened.text("id")), till);
  }

  /** A customer whom the till enrols. */
  UUID enrol() {
    Client.Answer enrolled =
        till.post(
                "/v1/members",
                "{\"email\": \"%s@example.org\", \"displayName\": \"Customer\"}"
                    .formatted(UUID.randomUUID()))
            .is(201);
    return UUID.fromString(enrolled.text("id"));
  }

  /** A purchase as JSON; tests change what they are about. */
  static String purchase(UUID buyer, String amount, String receiptNo, String sharedWith) {
    return """
    {"memberId": "%s", "amount": {"amount": %s, "currency": "USD"}, "receiptNo": "%s", "occurredAt": "%s",
     "sharedWith": [%s]}
    """
        .formatted(buyer, amount, receiptNo, Instant.now().minusSeconds(60), sharedWith);
  }
}
