package dev.dotori.gateway.caller;

import java.time.Instant;

/**
 * Who makes a call.
 *
 * @param kind the token's role, or none
 * @param id the token's subject; for a caller without a token its network address
 * @param expiresAt when the token does; never for a caller without one
 */
public record Caller(Kind kind, String id, Instant expiresAt) {

  public enum Kind {
    ANONYMOUS,
    MEMBER,
    STORE,
    OPERATOR
  }

  /** Someone without a token, known by network address only. */
  public static Caller at(String address) {
    return new Caller(Kind.ANONYMOUS, address, Instant.MAX);
  }
}
