package dev.dotori.sandbox.state;

import dev.dotori.sandbox.Network;
import java.time.Instant;

/**
 * A token that the network gave out.
 *
 * @param grantId common to all tokens that go back to one consent
 * @param expiresAt null: never
 */
public record Token(
    String value,
    Network network,
    Kind kind,
    String accountId,
    String grantId,
    String scope,
    Instant expiresAt,
    boolean revoked) {

  /** What a token is for. */
  public enum Kind {
    /** Facebook: speaks for the person. */
    USER,
    /** Facebook: speaks for the person's page. */
    PAGE,
    /** X: speaks for the person. */
    ACCESS,
    /** X: is exchanged for the next pair of tokens, once. */
    REFRESH
  }

  public boolean isExpired(Instant now) {
    return expiresAt != null && !expiresAt.isAfter(now);
  }

  Token expiredAt(Instant time) {
    return new Token(value, network, kind, accountId, grantId, scope, time, revoked);
  }

  Token asRevoked() {
    return new Token(value, network, kind, accountId, grantId, scope, expiresAt, true);
  }
}
