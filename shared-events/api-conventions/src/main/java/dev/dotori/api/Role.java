package dev.dotori.api;

/** What a token's bearer is; the token's {@code groups} claim holds exactly one of them. */
public enum Role {
  MEMBER(Role.MEMBER_NAME),
  STORE(Role.STORE_NAME),
  OPERATOR(Role.OPERATOR_NAME),
  SERVICE(Role.SERVICE_NAME);

  /** For {@code @RolesAllowed}. */
  public static final String MEMBER_NAME = "member";

  /** For {@code @RolesAllowed}. */
  public static final String STORE_NAME = "store";

  /** For {@code @RolesAllowed}. */
  public static final String OPERATOR_NAME = "operator";

  /** For {@code @RolesAllowed}. */
  public static final String SERVICE_NAME = "service";

  private final String claim;

  Role(String claim) {
    this.claim = claim;
  }

  /** The role as the token's {@code groups} claim has it. */
  public String claim() {
    return claim;
  }
}
