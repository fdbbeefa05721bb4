package dev.dotori.members.session;

import dev.dotori.api.Caller;
import dev.dotori.api.Role;
import dev.dotori.api.problem.ProblemException;
import dev.dotori.members.MembersProblems;
import dev.dotori.members.member.EmailAddress;
import dev.dotori.members.member.Member;
import dev.dotori.members.secret.Secret;
import dev.dotori.members.token.AccessToken;
import dev.dotori.members.token.AccessTokens;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** Signing in, staying signed in, signing out. */
@Path("/v1/sessions")
@Tag(name = "Identity")
@RunOnVirtualThread
public class SessionResource {

  private final SignIn signIn;
  private final Sessions sessions;
  private final AccessTokens tokens;
  private final Caller caller;
  private final JsonWebToken token;

  SessionResource(
      SignIn signIn, Sessions sessions, AccessTokens tokens, Caller caller, JsonWebToken token) {
    this.signIn = signIn;
    this.sessions = sessions;
    this.tokens = tokens;
    this.caller = caller;
    this.token = token;
  }

  @POST
  @PermitAll
  @Operation(summary = "Sign in")
  public RestResponse<SessionBody> signIn(
      @NotNull @Valid Credentials credentials, @Context HttpServerRequest request) {
    Member member =
        signIn.member(
            credentials.email(), credentials.password(), request.remoteAddress().hostAddress());
    return answer(RestResponse.Status.CREATED, sessions.begin(member.id));
  }

  @POST
  @Path("refresh")
  @PermitAll
  @Operation(
      summary = "Get new tokens",
      description =
          "The refresh token is good for this once. One that comes back after that ends the whole"
              + " session.")
  public RestResponse<SessionBody> refresh(@NotNull @Valid Refresh request) {
    Sessions.Grant grant =
        sessions
            .refresh(new Secret(request.refreshToken()))
            .orElseThrow(() ->
                new ProblemException(
                    MembersProblems.SESSION_OVER, "Sign in again: the session is over."));
    return answer(RestResponse.Status.OK, grant);
  }

  @DELETE
  @Path("current")
  @RolesAllowed(Role.MEMBER_NAME)
  @Operation(
      summary = "Sign out",
      description = "The refresh token ends now, the access token at its expiry.")
  public void signOut() {
    sessions.end(UUID.fromString(token.getClaim(AccessTokens.SESSION_CLAIM)), caller.id());
  }

  private RestResponse<SessionBody> answer(RestResponse.Status status, Sessions.Grant grant) {
    AccessToken access = tokens.forMember(grant.memberId(), grant.sessionId());
    return RestResponse.ResponseBuilder.create(
            status,
            new SessionBody(
                access.value(),
                grant.refreshToken().value(),
                access.lifetime().toSeconds(),
                grant.memberId()))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  /** Asks for a session. */
  public record Credentials(
      @NotNull @Size(max = EmailAddress.MAX_LENGTH) String email,
      @NotNull @Size(max = 1_000) String password) {

    public Credentials {
      email = EmailAddress.normalise(email);
    }

    @Override
    public String toString() {
      return "Credentials[…]";
    }
  }

  /** Asks for the next tokens of a session. */
  public record Refresh(@NotNull @Size(max = 200) String refreshToken) {

    @Override
    public String toString() {
      return "Refresh[…]";
    }
  }

  /**
   * What a member who is signed in holds.
   *
   * @param expiresIn seconds until the access token expires
   */
  public record SessionBody(
      String accessToken, String refreshToken, long expiresIn, UUID memberId) {

    @Override
    public String toString() {
      return "SessionBody[memberId=" + memberId + "]";
    }
  }
}
