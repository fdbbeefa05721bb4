package dev.dotori.api;

import dev.dotori.api.problem.ProblemException;
import dev.dotori.api.problem.ProblemTypes;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Who makes the current request, as their token says. */
@RequestScoped
public class Caller {

  private final SecurityIdentity identity;
  private final JsonWebToken token;

  @Inject
  Caller(SecurityIdentity identity, JsonWebToken token) {
    this.identity = identity;
    this.token = token;
  }

  /**
   * The id of the member or store that calls.
   *
   * @throws ProblemException 403 when the caller is neither, and so has no such id
   */
  public UUID id() {
    try {
      return UUID.fromString(name());
    } catch (IllegalArgumentException notAnId) {
      throw new ProblemException(
          ProblemTypes.FORBIDDEN, "This call is for members and stores; the token is of neither.");
    }
  }

  /**
   * The token's {@code sub}: a member's or store's id, a client's or service's name.
   *
   * @throws ProblemException 401 for a request without a token
   */
  public String name() {
    if (identity.isAnonymous() || token.getSubject() == null) {
      throw new ProblemException(ProblemTypes.UNAUTHENTICATED, "This call needs a bearer token.");
    }
    return token.getSubject();
  }

  /** The caller's role. */
  public Role role() {
    for (Role role : Role.values()) {
      if (is(role)) {
        return role;
      }
    }
    throw new ProblemException(ProblemTypes.FORBIDDEN, "The token has none of the known roles.");
  }

  /** Whether the caller has the role. */
  public boolean is(Role role) {
    return identity.hasRole(role.claim());
  }

  /** Whether the caller is the member of this id. */
  public boolean isSelf(UUID memberId) {
    return is(Role.MEMBER) && memberId.toString().equals(token.getSubject());
  }
}
