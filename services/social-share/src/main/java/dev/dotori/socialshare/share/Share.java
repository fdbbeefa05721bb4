package dev.dotori.socialshare.share;

import dev.dotori.outbox.Causation;
import dev.dotori.socialshare.network.Network;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A post on its way to one network.
 *
 * @param attempts made so far, the one under way included
 * @param attemptLimit after how many it is given up
 * @param dueAt when it must be looked at next; null: never, unless the author asks for it
 * @param sentAt since when the network may show it without our knowing; null: it doesn't
 * @param sentMediaIds the network's ids of the pictures that were sent then
 * @param postAnyway whether the author accepts that it may be there twice
 * @param cause what the events about it carry along
 */
public record Share(
    UUID id,
    UUID postId,
    Network network,
    UUID authorId,
    ShareStatus status,
    int attempts,
    int attemptLimit,
    Instant dueAt,
    Instant sentAt,
    List<String> sentMediaIds,
    boolean postAnyway,
    String remoteId,
    String remoteUrl,
    ErrorClass errorClass,
    String error,
    Causation cause) {

  /** Whether the network may show it already: then it is looked for before it is sent again. */
  boolean mayBeThere() {
    return sentAt != null;
  }

  /** A worker's right to a share, for as long as the lease lasts: later claims fence it off. */
  record Claim(Share share, UUID token) {}
}
