package dev.dotori.gateway.caller;

/**
 * Who makes a call.
 *
 * @param kind the token's role, or none
 * @param id the token's subject; for a caller without a token its network address
 */
public record Caller(Kind kind, String id) {

  public enum Kind {
    ANONYMOUS,
    MEMBER,
    STORE,
    OPERATOR
  }
}
